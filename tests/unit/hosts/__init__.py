"""Tests of the room ``hosts`` below its components: pure, no engine."""
