"""Migrations of another tool: a command that brings the schema up to date, and one that tells whether it is."""

from ...kind import Kind
from .change import compare
from .found import look, read
from .sql import statements

KIND = Kind("migrate_command", read, compare, statements, look=look, alone=True)
