"""The columnstore of a hypertable or continuous aggregate: its settings, and the policy that converts old chunks."""

from ...kind import Kind
from .change import compare, release
from .found import read, respell
from .sql import statements

KIND = Kind("columnstore", read, compare, statements, respell, release)
