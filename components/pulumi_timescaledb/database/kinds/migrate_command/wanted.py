"""What a user declares of another migration tool."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from ....units import Interval


@dataclass(frozen=True)
class MigrateCommand:
    """command: program and arguments that migrate. check_command: exits with 0 when nothing is to be done. timeout:
    after which either is ended. pending: whether something is to be done; wanted is that nothing is."""

    command: tuple[str, ...]
    check_command: tuple[str, ...]
    timeout: Interval
    pending: bool = False

    def __str__(self) -> str:
        """The command as a shell would show it."""
        return shlex.join(self.command)
