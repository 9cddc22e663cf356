"""Retention policies of hypertables and continuous aggregates: whole chunks older than a lag are dropped."""

from ...kind import Kind
from .change import compare, release
from .found import read
from .sql import statements

KIND = Kind("retention", read, compare, statements, release=release)
