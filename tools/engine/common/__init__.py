"""What the language host and the provider plugins share: quick imports, the watch over the engine, the server loop."""
