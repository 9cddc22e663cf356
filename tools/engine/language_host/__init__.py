"""A small `pulumi-language-python`: what the engine needs to run a Python program, over the SDK's own protocol
stubs.
"""
