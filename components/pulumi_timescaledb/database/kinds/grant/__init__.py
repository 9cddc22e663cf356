"""Privileges of one role on one object, or on everything of a kind in a schema: the whole set of the pair."""

from ...kind import Kind
from .change import compare, release
from .found import ours, read, respell
from .sql import statements

KIND = Kind("grant", read, compare, statements, respell, release, ours)
