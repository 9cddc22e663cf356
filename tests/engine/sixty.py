"""Sixty objects, ten of them over hypertables that are there already, hold rows and are written to all the time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from ..support.fix_database import Database

OBJECTS, LIVE, TABLES = 60, 10, 40
ROWS = 60  # in each live table, a day apart: no retention below reaches them
KEEPS = "90 days"


def prepare(database: Database) -> None:
    """What an operator had made by hand: the live hypertables and their rows."""
    database.sql("CREATE EXTENSION timescaledb")
    for place in range(LIVE):
        name = f"live_{place}"
        database.sql(f"CREATE TABLE {name} (at timestamptz NOT NULL, device text NOT NULL, value bigint)")
        database.sql(f"SELECT create_hypertable('{name}', by_range('at', interval '10 days'))")
        database.sql(
            f"INSERT INTO {name} SELECT now() - i * interval '1 day', 'd' || i % 3, i FROM generate_series(1, {ROWS}) i"
        )


def declared(folder: Path, edition: str) -> list[dict[str, Any]]:
    """The program's objects; the folder of migrations is relative to the project's."""
    names = [f"live_{place}" for place in range(LIVE)] + [f"table_{place}" for place in range(TABLES - LIVE)]
    made = (
        f"CREATE TABLE {each} (at timestamptz NOT NULL, device text NOT NULL, value bigint);" for each in names[LIVE:]
    )
    (folder / "migrations" / "001_tables.sql").write_text("\n".join(made))
    (folder / "migrations" / "002_views.sql").write_text("CREATE VIEW newest AS SELECT max(at) AS at FROM live_0;")
    found: list[dict[str, Any]] = [{"kind": "extension", "name": "timescaledb"}]
    if edition == "apache":
        found.append({"kind": "extension", "name": "pg_cron"})
    found += [
        {"kind": "role", "name": "keeper", "login": True},
        {"kind": "role", "name": "reader", "login": False, "inherit": True},
        {"kind": "role", "name": "app", "login": True, "member_of": ["reader"], "connection_limit": 20},
        {"kind": "migrations", "directory": "migrations"},
    ]
    found += [hypertable(name, place) for place, name in enumerate(names)]
    found += [aggregate(names[place], place) for place in range(OBJECTS - len(found))]
    return found


def hypertable(name: str, place: int) -> dict[str, Any]:
    """A hypertable with something of everything, not the same everywhere."""
    given: dict[str, Any] = {
        "kind": "hypertable",
        "table": name,
        "time_column": "at",
        "chunk_interval": "1 day",
        "columnstore": {"after": "100 days", "segment_by": ["device"]},
        "retention": {"drop_after": KEEPS, "enabled": place % 5 > 0},
    }
    if place % 2:
        given["indexes"] = [{"name": f"{name}_device", "columns": ["device", "at DESC"]}]
    if place % 3 == 0:
        given["owner"] = "keeper"
    if place >= LIVE and place % 4 == 0:
        given["hash_dimensions"] = [{"column": "device", "partitions": 2}]
    return given


def aggregate(source: str, place: int) -> dict[str, Any]:
    """An aggregate over one of them."""
    query = f"SELECT time_bucket('1 day', at) AS day, device, count(*) AS rows FROM {source} GROUP BY 1, 2"
    return {
        "kind": "continuous_aggregate",
        "name": f"daily_{place}",
        "source": source,
        "query": query,
        "refresh": [{"start_offset": "20 days", "end_offset": "1 day", "schedule": "1 hour"}],
        "retention": {"drop_after": KEEPS},
    }


class Writing:
    """What somebody else has written meanwhile: rows that the server has confirmed."""

    rows = 0


@contextmanager
def written_to(database: Database) -> Iterator[Writing]:
    """Another client that inserts into every live table in turn until the block ends."""
    done, writing = threading.Event(), Writing()

    def insert() -> None:
        with database.session(autocommit=True) as session:
            while not done.wait(0.02):
                table = psycopg.sql.Identifier(f"live_{writing.rows % LIVE}")
                session.execute(psycopg.sql.SQL("INSERT INTO {} VALUES (now(), 'new', 1)").format(table))
                writing.rows += 1

    thread = threading.Thread(target=insert)
    thread.start()
    try:
        yield writing
    finally:
        done.set()
        thread.join()


def rows(database: Database) -> int:
    """Of all live tables together."""
    return sum(int(database.sql(f"SELECT count(*) FROM live_{place}")[0][0]) for place in range(LIVE))
