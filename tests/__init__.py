"""Tests, by nearness to reality: unit, mocks, database (a real server), engine (the real Pulumi engine)."""
