"""Reorder policies: the rows of chunks that are no longer written to are put in the order of an index."""

from ...kind import Kind
from .change import compare, release
from .found import read
from .sql import statements

KIND = Kind("reorder", read, compare, statements, release=release)
