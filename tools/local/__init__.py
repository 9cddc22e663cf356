"""What `make` does on a developer's machine: environment, engine, Docker, image, the local stack, and the way back."""
