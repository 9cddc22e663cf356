"""Tests of the room ``backup``: its rules; the components are in tests/mocks."""
