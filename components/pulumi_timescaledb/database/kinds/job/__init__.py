"""User-defined jobs: a procedure of the user's, called by TimescaleDB on a schedule; known by its name."""

from ...kind import Kind
from .change import compare, release
from .found import read
from .sql import statements

KIND = Kind("job", read, compare, statements, release=release)
