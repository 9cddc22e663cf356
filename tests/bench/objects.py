"""Many objects: the preview and the first convergence against the engine's floor and the same SQL through psql."""

from __future__ import annotations

import os
import subprocess
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pulumi_timescaledb.database.session import Connection

from ..engine.trial import Trial
from ..support import fix_database
from ..support.fix_database import Database, Server
from . import floor, pairs

CONVERGENCE_TARGET = 2.0
EVERY = 10  # one object in so many is an aggregate, where the edition has them


@contextmanager
def server() -> Iterator[Server]:
    """A server for the measurement: Community where one is found (policies, aggregates), else Apache by its DSN."""
    found = fix_database.community_server()
    if found is not None:
        with found as community:
            yield community
        return
    apache = fix_database.from_dsn("apache")
    if apache is None:
        raise SystemExit("no server found: set TSDB_TEST_COMMUNITY_DSN or TSDB_TEST_APACHE_DSN")
    yield apache


def database(of: Server, name: str) -> Database:
    """An empty database on it."""
    os.environ["TSDB_TEST_PASSWORD"] = of.password or "none"
    reference = "env:TSDB_TEST_PASSWORD" if of.password else ""
    of.sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    of.sql(f"CREATE DATABASE {name}")
    return Database(of, Connection(of.host, name, of.user, of.port, "prefer", reference))


def declared(count: int, edition: str) -> list[dict[str, Any]]:
    """So many objects, most of them hypertables with an index, a columnstore and two policies."""
    found: list[dict[str, Any]] = []
    for place in range(count):
        table = f"table_{place}"
        if place % EVERY == EVERY - 1 and edition == "community":
            below = f"table_{place - 1}"
            found.append(
                {
                    "kind": "continuous_aggregate",
                    "name": table,
                    "source": below,
                    "query": _query(below),
                    "refresh": [{"start_offset": "3 days", "end_offset": "1 hour", "schedule": "1 hour"}],
                }
            )
            continue
        found.append(
            {
                "kind": "hypertable",
                "table": table,
                "time_column": "at",
                "chunk_interval": "1 day",
                "indexes": [{"name": f"{table}_device", "columns": ["device", "at DESC"]}],
                "columnstore": {"after": "7 days", "segment_by": ["device"]},
                "retention": {"drop_after": "90 days"},
            }
        )
    return found


def tables(count: int) -> str:
    """The tables, which are there before."""
    rows = "(at timestamptz NOT NULL, device text NOT NULL, value double precision)"
    return ";\n".join(f"CREATE TABLE table_{place} {rows}" for place in range(count) if place % EVERY != EVERY - 1)


def by_hand(objects: list[dict[str, Any]], edition: str) -> str:
    """The same objects as an operator would write them."""
    lines: list[str] = []
    for each in objects:
        if each["kind"] == "continuous_aggregate":
            name = each["name"]
            lines.append(
                f"CREATE MATERIALIZED VIEW {name} WITH (timescaledb.continuous, timescaledb.materialized_only) AS "
                f"{each['query']} WITH NO DATA;"
            )
            lines.append(f"SELECT add_continuous_aggregate_policy('{name}', interval '3 days', interval '1 hour', "
                         f"interval '1 hour');")  # fmt: skip
            continue
        table = each["table"]
        lines.append(f"SELECT create_hypertable('{table}', by_range('at', interval '1 day'));")
        lines.append(f"CREATE INDEX {table}_device ON {table} (device, at DESC);")
        if edition == "community":
            lines.append(f"ALTER TABLE {table} SET (timescaledb.enable_columnstore, timescaledb.segmentby = 'device');")
            lines.append(f"SELECT add_compression_policy('{table}', interval '7 days');")
            lines.append(f"SELECT add_retention_policy('{table}', interval '90 days');")
        else:
            command = f"SELECT drop_chunks('public.{table}', interval '90 days')"
            lines.append(f"SELECT cron.schedule('{table}', '0 0 * * *', $${command}$$);")
    return "\n".join(lines)


def _query(table: str) -> str:
    return (
        f"SELECT time_bucket('1 hour', at) AS hour, device, count(*) AS rows, sum(value) AS total FROM {table} "
        f"GROUP BY 1, 2"
    )


def psql(at: Database, text: str) -> float:
    """Seconds that psql takes, each statement in a transaction of its own."""
    server = at.server
    environment = {**os.environ, "PGPASSWORD": server.password, "PGOPTIONS": "-c client_min_messages=warning"}
    command = [
        "psql",
        "-X",
        "-q",
        "-h",
        server.host,
        "-p",
        str(server.port),
        "-U",
        server.user,
        "-v",
        "ON_ERROR_STOP=1",
    ]
    began = time.perf_counter()
    subprocess.run(
        [*command, "-d", at.connection.database, "-f", "-"],
        input=text, text=True, env=environment, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return time.perf_counter() - began


def prepared(at: Database, count: int) -> Database:
    """The extension and the tables, with background jobs at rest, so that they do not run beside the measurement."""
    at.sql("CREATE EXTENSION timescaledb")
    if at.edition == "apache":
        at.sql("CREATE EXTENSION IF NOT EXISTS pg_cron")
    at.sql("SELECT _timescaledb_functions.stop_background_workers()")
    at.sql(tables(count))
    return at


def measure(folder: Path, engine: Mapping[str, str], of: Server, count: int, times: int) -> None:
    """Both ratios, printed."""
    name = fix_database.NAME  # pg_cron serves only this one
    objects = declared(count, of.edition)
    by_psql = psql(prepared(database(of, name), count), by_hand(objects, of.edition))
    at = prepared(database(of, name), count)
    trials = []
    for title in ("ours", "floor"):
        trial = Trial(folder / title, engine, at, f"{title}{uuid.uuid4().hex[:6]}")
        trial.declare(objects)
        trials.append(trial)
    ours, floors = trials
    floor.install(floors.folder)
    floors.stack.env.update(floor.environment(floors.folder, floors.stack.env))
    ups = [pairs.seconds(trial.up) for trial in (floors, ours)]
    ratio = ups[1] / (by_psql + ups[0])
    print(f"{count} objects, {of.edition} edition, first convergence: {ups[1]:.1f} s; the same SQL through psql "
          f"{by_psql:.1f} s, a provider that does nothing {ups[0]:.1f} s")  # fmt: skip
    print(f"  ratio to their sum {ratio:.2f}, target < {CONVERGENCE_TARGET}")
    pairs.previews(
        f"{count} objects, no-op preview with refresh", lambda: preview(ours), lambda: preview(floors), times
    )


def preview(trial: Trial) -> None:
    """A preview that must find nothing to do."""
    done = trial.stack.preview("--expect-no-changes")
    if done.rc != 0:
        raise SystemExit(f"the preview was not empty:\n{done.output}")
