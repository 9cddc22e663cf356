"""Tests of what `make` does: the Docker Engine, the image, the local stack, and every way it can fail."""
