"""Compaction policies (TimescaleDB 2.29): small batches of the columnstore are merged again."""

from ...kind import Kind
from .change import compare, release
from .found import read
from .sql import statements

KIND = Kind("compaction", read, compare, statements, release=release)
