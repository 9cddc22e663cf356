"""Refresh policies of a continuous aggregate: which window of time is brought up to date, and how often."""

from ...kind import Kind
from .change import compare, release
from .found import read, respell
from .sql import statements

KIND = Kind("refresh", read, compare, statements, respell, release)
