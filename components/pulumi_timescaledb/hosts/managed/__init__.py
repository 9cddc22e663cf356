"""A database server that exists already and is managed by somebody else."""

from .args import DatabaseArgs
from .database import Database

__all__ = ["Database", "DatabaseArgs"]
