"""Plain views, with the options that make one a wall between tenants."""

from ...kind import Kind
from .change import compare
from .found import objections, read, respell
from .sql import statements

KIND = Kind("view", read, compare, statements, respell, objections=objections)
