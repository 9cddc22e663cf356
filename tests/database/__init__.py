"""The database engine against real TimescaleDB servers. It does not prove what Pulumi makes of it: see tests/engine."""
