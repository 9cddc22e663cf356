"""Tests of the room ``server``: pure, no Pulumi, no Docker."""
