"""Continuous aggregates: a query kept materialized bucket by bucket."""

from ...kind import Kind
from .change import compare
from .found import read, respell
from .sql import statements

KIND = Kind("aggregate", read, compare, statements, respell)
