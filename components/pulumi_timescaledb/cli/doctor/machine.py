"""What the user says of the machine, because no statement reads it, and the settings that follow from it."""

from __future__ import annotations

from dataclasses import dataclass

from ...server.sizes import GIB, parse_size
from ...server.tuning import DEFAULT_BACKGROUND_WORKERS, FEWEST_CONNECTIONS, Machine, tune


@dataclass(frozen=True)
class Given:
    """memory: bytes; cpus: a count; None where not given."""

    memory: int | None = None
    cpus: int | None = None

    @property
    def complete(self) -> bool:
        """Whether settings can be computed."""
        return self.memory is not None and self.cpus is not None

    @classmethod
    def parse(cls, memory: str | None, cpus: int | None) -> Given:
        """The options of the command; refuses what no formula holds for."""
        size = None if memory is None else parse_size(memory, "--memory")
        Machine(GIB if size is None else size, 1 if cpus is None else cpus)
        return cls(size, cpus)


def tuned(given: Given, connections: int, workers: int) -> dict[str, str]:
    """The tuned settings by name, for as many connections and background workers as the server has now.

    Empty where memory or CPUs are not given. max_connections alone is that of the machine.
    """
    if given.memory is None or given.cpus is None:
        return {}
    plain = tune(Machine(given.memory, given.cpus))
    machine = Machine(
        given.memory,
        given.cpus,
        max(workers, DEFAULT_BACKGROUND_WORKERS),
        max(connections, FEWEST_CONNECTIONS),
    )
    wanted = {name: setting.value for name, setting in tune(machine).items()}
    return {**wanted, "max_connections": plain["max_connections"].value}


def names(given: Given) -> list[str]:
    """The settings to read for :func:`tuned`."""
    return list(tuned(given, FEWEST_CONNECTIONS, DEFAULT_BACKGROUND_WORKERS))
