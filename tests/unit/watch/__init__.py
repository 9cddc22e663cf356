"""Tests of the room ``watch``: its tables and texts; the components are in tests/mocks."""
