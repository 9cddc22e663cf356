"""Row-level security of a table: whether it is on, whether it binds the owner too, and the whole set of policies."""

from ...kind import Kind
from .change import compare
from .found import objections, read, respell
from .sql import statements

KIND = Kind("row_security", read, compare, statements, respell, objections=objections)
