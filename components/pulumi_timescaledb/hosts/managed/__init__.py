"""A database server that exists already and is managed by somebody else."""

from .args import DatabaseArgs
from .database import Database
from .probe import Limit, Probed, limits

__all__ = ["Database", "DatabaseArgs", "Limit", "Probed", "limits"]
