"""docker.Container: the table of its inputs, the engine's request, the live values, and what is done with them."""
