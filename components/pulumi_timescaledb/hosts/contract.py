"""What every host offers: to a program (:class:`Host`) and to the command line (:class:`HostAccess`)."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol, runtime_checkable

import pulumi


@runtime_checkable
class Host(Protocol):
    """A place where a database runs, as a Pulumi program sees it.

    Attributes:
        connection: how to reach the database: ``host``, ``port``, ``database``, ``user``, ``tls`` and
            ``password_ref``; never a password. Unknown until the database has been created.
        endpoint: ``host:port`` for people.
        ready: resources that stand once the database answers; ``depends_on`` for what needs it.
        data_volume: the resource that holds the data, for ``deleted_with`` and ``replace_with``; None where the data
            belongs to somebody else.
    """

    connection: pulumi.Output[Mapping[str, Any]]
    endpoint: pulumi.Output[str]
    ready: Sequence[pulumi.Resource]
    data_volume: pulumi.Resource | None


class Completed(NamedTuple):
    """A command that ran on a host: its exit code and what it wrote."""

    code: int
    stdout: bytes
    stderr: bytes


class HostAccess(Protocol):
    """A place where a database runs, as the command line works on it. All times are seconds."""

    def exec(
        self,
        command: Sequence[str],
        *,
        user: str | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Completed:
        """Run a command beside the database and wait for it; a failing command is a result and not an error."""
        ...

    def copy_in(self, source: Path, target: str) -> None:
        """Copy one local file to an absolute path on the host."""
        ...

    def copy_out(self, source: str, target: Path) -> None:
        """Copy one file of the host to a local path."""
        ...

    def stop(self, timeout: int = 120) -> None:
        """Stop the database with a fast shutdown; it is killed only after ``timeout`` seconds."""
        ...

    def start(self) -> None:
        """Start the database again, with the same data."""
        ...
