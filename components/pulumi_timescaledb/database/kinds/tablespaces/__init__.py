"""Tablespaces attached to a hypertable: new chunks are spread over them."""

from ...kind import Kind
from .change import compare
from .found import read
from .sql import statements

KIND = Kind("tablespaces", read, compare, statements)
