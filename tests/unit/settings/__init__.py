"""Tests of the settings: keys, refusals, agreement, and the project files."""
