"""A small, honest `pulumi-resource-docker` over the Docker SDK: networks, volumes, images and containers of a real
engine.

What it does is real; only its breadth is small.  It serves where the official plugin cannot be fetched, and programs
cannot
tell which of the two they use.
"""
