"""Tests of the room ``boot``: pure, and what the packed program looks like."""
