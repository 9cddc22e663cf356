"""Tests of the room ``cost``: pure, no network."""
