"""The database's objects with their state in words, from one look at the catalogs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..database.kind import Found
from ..database.session import Connection
from ..database.snapshot import Snapshot, reader

Row = tuple[str, str, str]


def rows(connection: Mapping[str, Any]) -> list[Row]:
    """(kind, object, state) for everything that this library manages in a database, given as a host's connection."""
    return describe(Connection.from_args(connection))


def describe(connection: Connection) -> list[Row]:
    """The same for a parsed connection; raises Unreachable."""
    return listing(reader(connection).snapshot(fresh=True))


def listing(snapshot: Snapshot) -> list[Row]:
    """Rows of a look."""
    found: list[Row] = []
    for name, each in snapshot.found["extension"].items():
        if name != "plpgsql":
            found.append(("extension", name, f"version {each.value.version}"))
    for name, each in snapshot.found["role"].items():
        if name != snapshot.capabilities.role:
            found.append(("role", name, "can log in" if each.value.login else "cannot log in"))
    for name, each in snapshot.found["migrations"].items():
        found.append(("migrations", name, f"{len(each.value.files)} files applied"))
    for name, each in snapshot.found["hypertable"].items():
        found.append(("hypertable", name, _hypertable(name, each, snapshot)))
    for name, each in snapshot.found["aggregate"].items():
        found.append(("continuous aggregate", name, _aggregate(name, each, snapshot)))
    for name in snapshot.found["materialized_view"]:
        found.append(("materialized view", name, _refresh_of(name, snapshot)))
    return found


def _hypertable(name: str, found: Found, snapshot: Snapshot) -> str:
    words = [f"chunks of {found.value.chunk_interval}"]
    indexes = [key for key, each in snapshot.found["index"].items() if str(each.value.relation) == name]
    words.append("1 index" if len(indexes) == 1 else f"{len(indexes)} indexes")
    return ", ".join(words + _policies(name, snapshot))


def _aggregate(name: str, found: Found, snapshot: Snapshot) -> str:
    words = ["real-time"] if found.value.real_time else ["materialized only"]
    refresh = snapshot.get("refresh", name)
    words += [f"refreshed {policy}" for policy in refresh.value.policies] if refresh else ["never refreshed"]
    return ", ".join(words + _policies(name, snapshot))


def _policies(name: str, snapshot: Snapshot) -> list[str]:
    words = []
    columnstore, retention = snapshot.get("columnstore", name), snapshot.get("retention", name)
    if columnstore:
        after = columnstore.value.after
        words.append(f"columnstore after {after}" if after is not None else "columnstore")
    if retention:
        words.append(f"dropped after {retention.value.drop_after}")
    cron = snapshot.get("cron_job", f"tsdb retention {name}")
    if cron:
        words.append(f"pg_cron {cron.value.schedule}: {cron.value.command}{_off(cron)}")
    return words


def _refresh_of(name: str, snapshot: Snapshot) -> str:
    cron = snapshot.get("cron_job", f"tsdb refresh {name}")
    return f"recomputed by pg_cron at {cron.value.schedule}{_off(cron)}" if cron else "never refreshed by us"


def _off(found: Found) -> str:
    return "" if found.value.enabled else " (switched off)"
