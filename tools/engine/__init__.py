"""The offline engine: Pulumi's own CLI built from its Go module, with the language host and stand-in plugins of
this folder.
"""
