"""The settings of a stack on AWS, read from its file: neither Pulumi nor a login is needed."""

from __future__ import annotations

from pathlib import Path

from ...errors import Refusal
from ...settings import Settings
from ...settings import read as read_settings
from ..cost import stack_file


def settings(folder: Path, stack: str) -> Settings:
    """All settings of ``Pulumi.<stack>.yaml``.

    Args:
        folder: the project's.
        stack: its name, with or without organization and project.

    Raises:
        Refusal: for a file that is missing or unreadable, or whose target is not AWS.
        BadSetting: for every value that is not right.
    """
    found = read_settings(stack_file.config(folder, stack), stack.rpartition("/")[2])
    if found.target.target != "ec2":
        raise Refusal(f"the stack {stack} has target {found.target.target}, not AWS; name a stack with target ec2")
    return found


def prefix(wanted: Settings) -> str:
    """What the names of alarms, topic and vault begin with."""
    return f"{wanted.name}-timescaledb"


def vault(wanted: Settings) -> str:
    """The vault of the backups."""
    return f"{prefix(wanted)}-vault"
