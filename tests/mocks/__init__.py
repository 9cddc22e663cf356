"""Programs run without an engine: what they register, as plain data."""
