"""A database on a Docker engine, local or reached over SSH."""

from .access import DockerAccess
from .args import DatabaseArgs
from .database import Database

__all__ = ["Database", "DatabaseArgs", "DockerAccess"]
