"""Migrations: ordered SQL files, each applied once and recorded with its checksum, repeated or undone.

The first may be a baseline: what was there before this library came. Where its tables exist it counts as applied.
"""

from ...kind import Kind
from .change import compare
from .found import presume, read
from .sql import statements

KIND = Kind("migrations", read, compare, statements, presume=presume, alone=True)
