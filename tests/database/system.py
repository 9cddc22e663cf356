"""A small system that has every kind in it, and the migrations it stands on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pulumi_timescaledb.database.declared import Declared
from pulumi_timescaledb.database.plan import apply, order, plan, view
from pulumi_timescaledb.database.snapshot import reader

from ..support.fix_database import Database

TABLES = """
CREATE TABLE readings (at timestamptz NOT NULL, device text NOT NULL, site int, value double precision);
CREATE TABLE "Odd Table" (id int);
"""
VIEWS = "CREATE OR REPLACE VIEW latest AS SELECT device, max(at) AS at FROM readings GROUP BY device;"
HOURLY = (
    "SELECT time_bucket('1 hour', at) AS hour, device, count(*) AS readings, sum(value) AS total "
    "FROM readings GROUP BY 1, 2"
)
DAILY = "SELECT time_bucket('1 day', hour) AS day, device, sum(readings) AS readings FROM hourly GROUP BY 1, 2"


def migrations(folder: Path) -> str:
    """A folder with two migrations, the second of which may run again; its path, as a declaration takes it."""
    (folder / "001_tables.sql").write_text(TABLES)
    (folder / "002_views.sql").write_text(VIEWS)
    return str(folder)


def objects(folder: Path, edition: str) -> list[dict[str, Any]]:
    """Every kind, with every attribute that this edition can have."""
    extensions: list[dict[str, Any]] = [{"kind": "extension", "name": "timescaledb"}]
    if edition == "apache":
        extensions.append({"kind": "extension", "name": "pg_cron"})
    return [
        *extensions,
        {"kind": "role", "name": "keeper", "login": True},
        {
            "kind": "role",
            "name": "app",
            "login": True,
            "createdb": False,
            "createrole": False,
            "inherit": True,
            "connection_limit": 20,
            "member_of": ["keeper"],
            "password_ref": "env:TSDB_TEST_APP_PASSWORD",
            "superuser": False,
            "replication": False,
            "bypassrls": False,
            "valid_until": "2030-01-01",
            "settings": {"work_mem": "64MB"},
        },
        {"kind": "migrations", "directory": migrations(folder)},
        {
            "kind": "hypertable",
            "table": "readings",
            "time_column": "at",
            "chunk_interval": "1 day",
            "hash_dimensions": [{"column": "device", "partitions": 2}],
            "owner": "keeper",
            "indexes": [
                {"name": "readings_device", "columns": ["device", "at DESC"]},
                {"name": "readings_high", "columns": ["lower(device)"], "where": "value > 100"},
            ],
            "columnstore": {
                "after": "7 days",
                "segment_by": ["device"],
                "order_by": [{"column": "at", "descending": True}, {"column": "value", "nulls_first": True}],
                "schedule": "6 hours",
            },
            "retention": {"drop_after": "90 days", "schedule": "12 hours"},
        },
        {
            "kind": "continuous_aggregate",
            "name": "hourly",
            "source": "readings",
            "query": HOURLY,
            "owner": "keeper",
            "refresh": [{"start_offset": "3 days", "end_offset": "1 hour", "schedule": "1 hour"}],
            "retention": {"drop_after": "90 days"},
        },
        {
            "kind": "continuous_aggregate",
            "name": "daily",
            "source": "hourly",
            "query": DAILY,
            "refresh": [{"start_offset": "30 days", "end_offset": "1 day", "schedule": "1 day"}],
            "retention": {"drop_after": "90 days"},
        },
    ]


class Managed:
    """Declarations converged on a database, and questions about them."""

    def __init__(self, database: Database, declarations: list[dict[str, Any]]) -> None:
        """Parses; touches nothing."""
        self.database = database
        self.declared = view.parse(declarations)
        self.reader = reader(database.connection)

    def plan(self, acknowledged: dict[str, str] | None = None, *, fallback: bool = True) -> plan.Plan:
        """The plan against a fresh look."""
        self.reader.forget()
        return plan.make(self.reader, self.declared, apache_fallback=fallback, acknowledged=acknowledged or {})

    def up(self, only: set[str] | None = None, acknowledged: dict[str, str] | None = None) -> list[str]:
        """Converge everything, or only objects by name; the sentences of what was done."""
        done = []
        for each in self.declared:
            if only is not None and order.name(each) not in only:
                continue
            done += apply.converge(self.reader, each, apache_fallback=True, acknowledged=acknowledged or {})
        return done

    def named(self, name: str) -> Declared:
        """One declaration by its key."""
        return next(each for each in self.declared if each.key == name)

    def wanted(self, name: str) -> dict[str, Any]:
        """A declaration in its normal form."""
        return view.normal(self.named(name))

    def live(self, name: str) -> dict[str, Any] | None:
        """A declaration with live values, from a fresh look."""
        self.reader.forget()
        return view.View.of(self.reader, True).live(self.named(name))

    def differences(self) -> dict[str, set[str]]:
        """For each object that drifted, the dotted paths that differ; {""} when it is gone."""
        found = {}
        self.reader.forget()
        for each in self.declared:
            live = view.View.of(self.reader, True).live(each)
            differing = {""} if live is None else set(paths(view.normal(each), live))
            if differing:
                found[f"{each.kind}:{each.key}"] = differing
        return found


def paths(wanted: Any, live: Any, path: str = "") -> list[str]:
    """The dotted paths at which two declarations differ."""
    if wanted == live:
        return []
    if isinstance(wanted, dict) and isinstance(live, dict):
        keys = sorted(set(wanted) | set(live))
        return [row for key in keys for row in paths(wanted.get(key), live.get(key), f"{path}.{key}".lstrip("."))]
    return [path]
