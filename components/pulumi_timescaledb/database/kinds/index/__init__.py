"""Indexes of a table or hypertable, by name; the server itself says whether two definitions are the same."""

from ...kind import Kind
from .change import compare
from .found import objections, read, respell
from .sql import statements

KIND = Kind("index", read, compare, statements, respell, objections=objections)
