"""Plain materialized views: what stands for a continuous aggregate on the Apache edition."""

from ...kind import Kind
from .change import compare
from .found import objections, read, respell
from .sql import statements

KIND = Kind("materialized_view", read, compare, statements, respell, objections=objections)
