"""Databases written down as values: what a server can do, what stands in it, what is declared over it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pulumi_timescaledb.database import declared
from pulumi_timescaledb.database.capabilities import APACHE, COMMUNITY, Capabilities
from pulumi_timescaledb.database.declared import Declared
from pulumi_timescaledb.database.kind import Change, Found
from pulumi_timescaledb.database.kinds import KINDS
from pulumi_timescaledb.database.names import Relation
from pulumi_timescaledb.database.plan.key_limits import KeyLimits
from pulumi_timescaledb.database.plan.rules.context import Context
from pulumi_timescaledb.database.routines import Routine
from pulumi_timescaledb.database.snapshot import Snapshot
from pulumi_timescaledb.database.tables import Table

CAN = Capabilities(
    postgres=17,
    postgres_version="17.6",
    database="app",
    role="postgres",
    system_identifier="7000000000000000001",
    superuser=True,
    createrole=True,
    edition=COMMUNITY,
    timescaledb="2.29.2",
    timescaledb_available="2.29.2",
    cron=None,
    cron_available=None,
    cron_database=None,
    tls=False,
    standby=False,
)
ON_APACHE = replace(CAN, edition=APACHE, cron="1.6", cron_available="1.6", cron_database="app")

READINGS: dict[str, Any] = {"kind": "hypertable", "table": "readings", "time_column": "at"}
HOURLY: dict[str, Any] = {
    "kind": "continuous_aggregate",
    "name": "hourly",
    "source": "readings",
    "query": "SELECT time_bucket('1 hour', at) AS hour, count(*) AS readings FROM readings GROUP BY 1",
}


def table(name: str, *columns: str, **facts: Any) -> dict[str, Table]:
    """One plain table of schema public, by its key; facts replace what a healthy table has."""
    relation = Relation("public", name)
    plain = Table(relation, "r", frozenset(columns or ("at", "device", "value")), (), False, "postgres", True, 0)
    return {str(relation): replace(plain, **facts)}


def snapshot(
    *,
    can: Capabilities = CAN,
    tables: Mapping[str, Table] | None = None,
    routines: Sequence[Routine] = (),
    **found: Mapping[str, Found],
) -> Snapshot:
    """A look at a database in which only these objects are; found by kind and key."""
    every = {name: dict(found.get(name, {})) for name in KINDS}
    known = {(str(each.relation), each.arguments): each for each in routines}
    return Snapshot(can, every, dict(tables or {}), frozenset(), {}, routines=known)


def context(
    declarations: Sequence[Mapping[str, Any]],
    look: Snapshot | None = None,
    *,
    changes: Sequence[Change] = (),
    fallback: bool = False,
    limits: Mapping[str, KeyLimits] | None = None,
) -> Context:
    """What a rule looks at."""
    parsed = [declared.read(each) for each in declarations]
    return Context(parsed, look or snapshot(), list(changes), fallback, limits=limits or {})


def finding(found: Mapping[tuple[str, str], Found]) -> Callable[[Any], Found | None]:
    """A lookup of live objects by the part that asks."""
    return lambda part: found.get((part.kind, part.key))


def read(declaration: Mapping[str, Any], **more: Any) -> Declared:
    """A declaration parsed, with more arguments."""
    return declared.read({**declaration, **more})
