"""Schemas: made, given to an owner, and dropped when empty."""

from ...kind import Kind
from .change import compare
from .found import read
from .sql import statements

KIND = Kind("schema", read, compare, statements)
