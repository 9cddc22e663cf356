"""Continuous aggregates: a query kept materialized bucket by bucket."""

from ...kind import Kind
from .change import compare, judge
from .found import objections, read, respell
from .sql import statements

KIND = Kind("aggregate", read, compare, statements, respell, objections=objections, judge=judge)
