"""Refusals of the cost room: one sentence with the argument, what is wrong with it and what to do."""

from __future__ import annotations

from ..errors import ArgumentRefused


class CannotPrice(ArgumentRefused):
    """Something has no price in the table, or cannot be counted."""
