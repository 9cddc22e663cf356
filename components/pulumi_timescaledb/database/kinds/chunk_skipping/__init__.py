"""Chunk skipping: columns whose range is kept for each converted chunk, so that queries pass over the others."""

from ...kind import Kind
from .change import compare
from .found import read
from .sql import statements

KIND = Kind("chunk_skipping", read, compare, statements)
