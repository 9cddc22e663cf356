"""The real Pulumi engine on real databases and a real Docker Engine.

It does not prove anything about AWS, nor about the official Docker plugin where the stand-in serves in its place.
"""
