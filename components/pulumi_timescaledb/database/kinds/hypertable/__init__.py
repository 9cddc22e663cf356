"""Hypertables: a table partitioned by time, its chunk interval, hash dimensions and owner."""

from ...kind import Kind
from .change import compare
from .found import read
from .sql import statements

KIND = Kind("hypertable", read, compare, statements)
