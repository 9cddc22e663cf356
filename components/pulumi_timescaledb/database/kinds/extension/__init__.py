"""PostgreSQL extensions: present, and at a pinned or floating version."""

from ...kind import Kind
from .change import compare, judge
from .found import read
from .sql import statements

KIND = Kind("extension", read, compare, statements, judge=judge)
