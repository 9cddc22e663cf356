"""The plain form of every declaration."""

from collections.abc import Mapping
from typing import Any

Declaration = dict[str, Any]


def declaration(kind: str, arguments: Mapping[str, Any]) -> Declaration:
    """The arguments as they were given, with their kind."""
    return {"kind": kind, **arguments}
