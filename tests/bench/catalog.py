"""Reading a large catalog: our look beside two general schema readers on the same database."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

from pulumi_timescaledb.database import snapshot
from pulumi_timescaledb.database.snapshot import Reader

from ..support.fix_database import Database

TARGET_MS = 60
CHUNKS = 20  # a hypertable
REPEATS = 15
# name -> driver, module, what gives an object whose `tables` are counted, packages
GENERAL = {
    "SQLAlchemy reflection": (
        "psycopg",
        "sqlalchemy",
        "read = sqlalchemy.MetaData(); read.reflect(session)",
        ("sqlalchemy", "psycopg[binary]"),
    ),
    "schemainspect": (
        "psycopg2",
        "schemainspect",
        "read = schemainspect.get_inspector(session)",
        ("schemainspect", "psycopg2-binary", "sqlalchemy<2.1", "setuptools<81"),
    ),
}
# run in a virtual environment of its own: prints milliseconds and how many relations were found
_SCRIPT = """
import sys, time, json, sqlalchemy, {module}
engine = sqlalchemy.create_engine(sys.argv[1].replace("postgresql:", "postgresql+{driver}:"))
with engine.connect() as session:
    found = []
    for _ in range(int(sys.argv[2])):
        began = time.perf_counter()
        {reading}
        found.append((time.perf_counter() - began) * 1000)
print(json.dumps([found, len(read.tables)]))
"""


def fill(at: Database, count: int) -> None:
    """Hypertables with two policies and chunks; a few at a time, because a transaction's locks are counted."""
    policies = ""
    if at.edition == "community":
        policies = (
            "EXECUTE format('ALTER TABLE %I SET (tsdb.enable_columnstore, tsdb.segmentby = ''device'')', n);"
            "PERFORM add_compression_policy(n::regclass, interval '30 days');"
            "PERFORM add_retention_policy(n::regclass, interval '90 days');"
        )
    for first in range(0, count, 20):
        at.sql(
            f"""DO $$ DECLARE n text; BEGIN FOR i IN {first}..{min(first + 20, count) - 1} LOOP n := 'table_' || i;
            EXECUTE format('CREATE TABLE %I (at timestamptz NOT NULL, device text NOT NULL, value float8)', n);
            PERFORM create_hypertable(n::regclass, by_range('at', interval '1 day')); {policies}
            EXECUTE format('INSERT INTO %I SELECT timestamptz ''2024-01-01'' + i * interval ''1 day'', ''d'', 1
                            FROM generate_series(1, {CHUNKS}) i', n); END LOOP; END $$"""
        )
    at.sql("ANALYZE")


def measure(at: Database, folder: Path, count: int) -> None:
    """Ours, from a session that has looked before and from a new one; then theirs."""
    reader = Reader(at.connection)
    first = _ours(reader)
    times = [_ours(reader) for _ in range(REPEATS)]
    reader.close()
    policies = at.sql("SELECT count(*) FROM timescaledb_information.jobs WHERE job_id >= 1000")[0][0]
    chunks = at.sql("SELECT count(*) FROM timescaledb_information.chunks")[0][0]
    print(f"catalog read of {count} hypertables, {policies} policies, {chunks} chunks: "
          f"median {statistics.median(times):.0f} ms, best {min(times):.0f} ms, in a new session {first:.0f} ms; "
          f"target < {TARGET_MS} ms")  # fmt: skip
    server = at.server
    address = f"postgresql://{server.user}:{server.password}@{server.host}:{server.port}/{at.connection.database}"
    for name, (driver, module, reading, packages) in GENERAL.items():
        script = _SCRIPT.format(driver=driver, module=module, reading=reading)
        print(f"  {name}: {_theirs(script, packages, folder / driver, address, statistics.median(times))}")


def _ours(reader: Reader) -> float:
    began = time.perf_counter()
    with reader.cursor() as cursor:
        snapshot.look(cursor)
    return (time.perf_counter() - began) * 1000


def _theirs(script: str, packages: tuple[str, ...], place: Path, address: str, ours: float) -> str:
    """Their time and the ratio, or why it was not measured."""
    python = place / "bin" / "python"
    try:
        subprocess.run([sys.executable, "-m", "venv", str(place)], check=True, capture_output=True)
        install = [
            str(python),
            "-m",
            "pip",
            "install",
            "-q",
            "--disable-pip-version-check",
            "--timeout",
            "15",
            *packages,
        ]
        subprocess.run(install, check=True, capture_output=True, timeout=300)
        done = subprocess.run(
            [str(python), "-c", script, address, "3"], check=True, capture_output=True, text=True, timeout=300
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        said = (getattr(error, "stderr", None) or b"") or str(error)
        text = said.decode() if isinstance(said, bytes) else said
        return f"not measured ({text.strip().splitlines()[-1] if text.strip() else error})"
    times, relations = json.loads(done.stdout)
    median = statistics.median(times)
    return f"{median:.0f} ms for {relations} tables, {median / ours:.1f} times ours"
