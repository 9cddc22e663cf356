"""What an existing server lets us manage: a pure reading of what was probed on it.

The probing itself is ``database.capabilities.probe``, over the one kind of connection that ``database.session`` makes;
its result fits :class:`Probed`. The edition is the server's own word and never taken from a vendor's name.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class Probed(Protocol):
    """The facts that the limits follow from; ``database.capabilities.Capabilities`` has them all."""

    @property
    def edition(self) -> str:
        """``apache``, ``community`` or ``unknown``."""
        ...

    @property
    def timescaledb(self) -> str | None:
        """Version of the extension in this database; None where it is not created."""
        ...

    @property
    def timescaledb_available(self) -> str | None:
        """The version the server could create; None where it has no such extension."""
        ...

    @property
    def superuser(self) -> bool:
        """Whether we are one."""
        ...

    @property
    def createrole(self) -> bool:
        """Whether we may make roles."""
        ...

    @property
    def cron_here(self) -> bool:
        """Whether pg_cron can serve this database."""
        ...

    @property
    def cron_available(self) -> str | None:
        """pg_cron's version on the server; None where it is not installed."""
        ...

    @property
    def cron_database(self) -> str | None:
        """The database pg_cron keeps its jobs in; None where it is not preloaded."""
        ...

    @property
    def tls(self) -> bool:
        """Whether the probing connection was encrypted."""
        ...

    @property
    def standby(self) -> bool:
        """Whether the server is a replica."""
        ...

    @property
    def pair_warning(self) -> str:
        """A sentence about a pair of versions nobody supports; else empty."""
        ...


@dataclass(frozen=True)
class Limit:
    """One thing that cannot be managed on a server.

    Attributes:
        subject: a word for it, stable for programs: ``extension``, ``roles`` ...
        reason: what the server lacks.
        instead: what can be done about it.
    """

    subject: str
    reason: str
    instead: str


def limits(found: Probed) -> Sequence[Limit]:
    """What cannot be managed on a server with these facts; empty when everything can."""
    rules = (_standby, _extension, _versions, _edition, _fallback, _roles, _settings, _tls)
    return [limit for rule in rules if (limit := rule(found)) is not None]


def _standby(found: Probed) -> Limit | None:
    if not found.standby:
        return None
    return Limit("everything", "the server is a standby, which takes no writes", "declare the primary as host")


def _extension(found: Probed) -> Limit | None:
    if found.timescaledb is not None or found.timescaledb_available is not None:
        return None  # timescaledb is a trusted extension: the database's owner may create it
    # Amazon RDS and Aurora end here when an alias hides their name
    reason = "the server has no timescaledb extension"
    return Limit("extension", reason, "install TimescaleDB on it, use a host of this library, or Tiger Cloud")


def _versions(found: Probed) -> Limit | None:
    if not found.pair_warning:
        return None
    return Limit("versions", found.pair_warning, "see the table of supported versions before relying on it")


def _edition(found: Probed) -> Limit | None:
    if found.edition != "apache":
        return None
    return Limit(
        "community features",
        "the server runs the Apache edition: no columnstore, policies or continuous aggregates",
        "declare apache_fallback=True, or install the Community edition",
    )


def _fallback(found: Probed) -> Limit | None:
    if found.edition != "apache" or found.cron_here:
        return None
    if found.cron_available is None:
        return Limit("fallback jobs", "the server has no pg_cron", "install pg_cron and preload it for this database")
    where = f"serves the database {found.cron_database}" if found.cron_database else "is installed but not preloaded"
    return Limit("fallback jobs", f"pg_cron {where}", "preload pg_cron with cron.database_name set to this database")


def _roles(found: Probed) -> Limit | None:
    if found.superuser or found.createrole:
        return None
    return Limit("roles", "the role has no CREATEROLE", "grant it, or leave role declarations out")


def _settings(found: Probed) -> Limit | None:
    if found.superuser:
        return None
    return Limit("server settings", "the role is no superuser", "ask the server's owner for memory and worker settings")


def _tls(found: Probed) -> Limit | None:
    if found.tls:
        return None
    return Limit("encryption", "this connection is not encrypted", 'turn on ssl there and declare tls="verify-full"')
