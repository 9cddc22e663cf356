"""Retention per key: rows older than their key's own limit are deleted in batches by a job of ours."""

from ...kind import Kind
from .change import compare, release
from .found import read
from .sql import statements

KIND = Kind("partitioned_retention", read, compare, statements, release=release)
