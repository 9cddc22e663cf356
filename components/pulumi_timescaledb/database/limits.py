"""What a server that is not ours lets us manage: a pure reading of what was probed on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .capabilities import APACHE, Capabilities


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


def limits(found: Capabilities) -> Sequence[Limit]:
    """What cannot be managed on a server with these facts; empty when everything can."""
    rules = (_standby, _extension, _edition, _fallback, _roles, _settings, _tls)
    return [limit for rule in rules if (limit := rule(found)) is not None]


def _standby(found: Capabilities) -> Limit | None:
    if not found.standby:
        return None
    return Limit("everything", "the server is a standby, which takes no writes", "declare the primary as host")


def _extension(found: Capabilities) -> Limit | None:
    if found.timescaledb is not None or found.timescaledb_available is not None:
        return None  # timescaledb is a trusted extension: the database's owner may create it
    # Amazon RDS and Aurora end here when an alias hides their name
    reason = "the server has no timescaledb extension"
    return Limit("extension", reason, "install TimescaleDB on it, use a host of this library, or Tiger Cloud")


def _edition(found: Capabilities) -> Limit | None:
    if found.edition != APACHE:
        return None
    return Limit(
        "community features",
        "the server runs the Apache edition: no columnstore, policies or continuous aggregates",
        "declare apache_fallback=True, or install the Community edition",
    )


def _fallback(found: Capabilities) -> Limit | None:
    if found.edition != APACHE or found.cron_here:
        return None
    if found.cron_available is None:
        return Limit("fallback jobs", "the server has no pg_cron", "install pg_cron and preload it for this database")
    where = f"serves the database {found.cron_database}" if found.cron_database else "is installed but not preloaded"
    return Limit("fallback jobs", f"pg_cron {where}", "preload pg_cron with cron.database_name set to this database")


def _roles(found: Capabilities) -> Limit | None:
    if found.superuser or found.createrole:
        return None
    return Limit("roles", "the role has no CREATEROLE", "grant it, or leave role declarations out")


def _settings(found: Capabilities) -> Limit | None:
    if found.superuser:
        return None
    return Limit("server settings", "the role is no superuser", "ask the server's owner for memory and worker settings")


def _tls(found: Capabilities) -> Limit | None:
    if found.tls:
        return None
    return Limit("encryption", "this connection is not encrypted", 'turn on ssl there and declare tls="verify-full"')
