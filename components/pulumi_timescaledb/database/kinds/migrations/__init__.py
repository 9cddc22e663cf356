"""Ordered SQL files, each applied once in a transaction of its own and recorded with its checksum."""

from ...kind import Kind
from .change import compare
from .found import read
from .sql import statements

KIND = Kind("migrations", read, compare, statements)
