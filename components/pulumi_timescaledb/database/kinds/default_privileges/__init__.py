"""Default privileges: what a role's objects come with from now on, in one schema or everywhere."""

from ...kind import Kind
from .change import compare, release
from .found import ours, read, respell
from .sql import statements

KIND = Kind("default_privileges", read, compare, statements, respell, release, ours)
