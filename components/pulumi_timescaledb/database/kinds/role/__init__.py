"""Roles: attributes, memberships and a password by reference that is sent as a SCRAM verifier."""

from ...kind import Kind
from .change import compare
from .found import read, respell
from .sql import statements

KIND = Kind("role", read, compare, statements, respell)
