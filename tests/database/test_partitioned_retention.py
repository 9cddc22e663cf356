"""Retention per key on a server: exactly the rows past their key's limit go, in batches, and none when a check fails.

Each round draws tables, limits and rows from a seed. What must be left is counted by hand-written SQL before the run.
Not proved here: that the scheduler starts the job at its time (the job is run by hand, as the manual's run_job does).
"""

from __future__ import annotations

import random
from typing import Any

import psycopg
import pytest
from psycopg import sql
from pulumi_timescaledb.database.plan import gate

from ..support.fix_database import Database
from .system import Managed

TABLE: dict[str, Any] = {"kind": "hypertable", "table": "events", "time_column": "at"}
BY_KEY: dict[str, Any] = {
    "kind": "partitioned_retention",
    "table": "events",
    "key": "Pipe, line",
    "time_column": "at",
    "limits": {"table": '"Limits"', "key": "id", "days": "Days to keep"},
    "batch_size": 50,
    "enabled": False,  # the scheduler would run it at once, while a test still writes rows
}
JOB = "SELECT job_id FROM timescaledb_information.jobs WHERE proc_name = 'partitioned_retention'"
COLUMNSTORE = "ALTER TABLE events SET (timescaledb.compress, timescaledb.compress_segmentby = '\"Pipe, line\"')"
# the rows that must be there after a run: no limit, null, several limits (the longest counts), or younger than it
KEPT = """
WHERE NOT EXISTS (
  SELECT FROM (SELECT id, bool_and("Days to keep" IS NOT NULL) AS ends, max("Days to keep") AS days
               FROM "Limits" GROUP BY id) l
  WHERE l.id = e."Pipe, line" AND l.ends AND e.at < (now() - make_interval(days => l.days::int)){cast})
"""


def prepared(database: Database, time: str = "timestamptz") -> Managed:
    """An events table with retention per key declared and converged, and no rows yet."""
    database.sql("CREATE EXTENSION timescaledb")
    database.sql(f'CREATE TABLE events (at {time} NOT NULL, "Pipe, line" text, other int, data text)')
    database.sql('CREATE TABLE "Limits" (id text, "Days to keep" smallint)')
    database.sql("SELECT create_hypertable('events', by_range('at', interval '1 day'))")
    system = Managed(database, [TABLE, BY_KEY])
    system.up()
    return system


def fill(database: Database, seed: int) -> None:
    """Rows over forty days for keys with all kinds of limits, some at one moment, a few right at the limit."""
    draw = random.Random(seed)  # noqa: S311 - rows of a test
    for key in ("a", "b's", 'c "q"', "d%", "ü", "none"):
        every, unit = draw.choice(("7 minutes", "53 minutes", "6 hours")), draw.choice(("minute", "hour"))
        database.sql(
            f"INSERT INTO events SELECT date_trunc('{unit}', now() - i * interval '{every}'), "
            f"{sql.Literal(key).as_string(None)}, i % 3, 'x' FROM generate_series(0, {draw.randint(50, 400)}) i"
        )
        days = 2 if key == "d%" else draw.choice((1, 2, 3, 9, 20, None))
        database.sql(
            f"INSERT INTO events SELECT now() - interval '{days or 5} days' + i * interval '90 seconds', "
            f"{sql.Literal(key).as_string(None)}, 0, 'near' FROM generate_series(-20, 20) i"
        )
        more: list[int | None] = [30] * (0 if key == "d%" else draw.choice((0, 1)))
        limits = [] if key == "none" else [days] * draw.choice((1, 1, 2)) + more
        for row in limits:
            database.sql(
                f'INSERT INTO "Limits" VALUES ({sql.Literal(key).as_string(None)}, {"NULL" if row is None else row})'
            )
    database.sql("INSERT INTO events SELECT now() - interval '40 days', NULL, 1, 'no key'")


def run(database: Database, settings: str = "SELECT 1") -> None:
    """Run the job outside a transaction, as its scheduler does; settings: run before it in the same session."""
    (job,) = database.sql(JOB)[0]
    with database.session(autocommit=True) as session:
        session.execute(sql.SQL(settings))
        session.execute(sql.SQL("CALL public.run_job({})").format(sql.Literal(job)))


def rows(database: Database, where: str = "") -> list[Any]:
    """Every row, as text, in one order."""
    return database.sql(f"SELECT e::text FROM events e {where} ORDER BY 1")


@pytest.mark.parametrize(
    ("seed", "time", "columnstore"),
    [
        (1, "timestamptz", False),
        (2, "timestamptz", True),
        (3, "timestamptz", True),
        (4, "timestamp", True),
        (5, "date", False),
    ],
)
def test_exactly_the_rows_past_their_limit_go(
    community_database: Database, seed: int, time: str, columnstore: bool
) -> None:
    """Odd names and keys, none, null and several limits; plain and converted chunks; a second run is idle."""
    database = community_database
    prepared(database, time)
    fill(database, seed)
    if columnstore:
        database.sql(COLUMNSTORE)
        database.sql("SELECT count(compress_chunk(c)) FROM show_chunks('events', older_than => interval '2 days') c")
    cast = "" if time == "timestamptz" else f"::{time}"
    before, expected = rows(database), rows(database, KEPT.format(cast=cast))
    assert 0 < len(expected) < len(before)
    run(database, "SET TimeZone = 'Asia/Tokyo'; SET DateStyle = 'German'; SET search_path = pg_catalog")
    assert rows(database) == expected
    run(database)
    assert rows(database) == expected


def test_a_transaction_deletes_a_batch_and_no_more(community_database: Database) -> None:
    """Every row of one moment goes together, and no transaction takes more than a batch of different moments."""
    database = community_database
    prepared(database)
    database.sql("CREATE TABLE gone (at timestamptz, transaction text)")
    database.sql(
        "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "INSERT INTO public.gone VALUES (OLD.at, pg_current_xact_id()::text); RETURN OLD; END $$"
    )
    database.sql("CREATE TRIGGER note BEFORE DELETE ON events FOR EACH ROW EXECUTE FUNCTION note()")
    database.sql("INSERT INTO \"Limits\" VALUES ('a', 2)")
    database.sql("INSERT INTO events SELECT now() - i * interval '20 minutes', 'a' FROM generate_series(1, 400) i")
    run(database)
    batches = [number for (number,) in database.sql("SELECT count(*) FROM gone GROUP BY transaction ORDER BY min(at)")]
    assert max(batches) == BY_KEY["batch_size"]
    assert len(batches) == -(-sum(batches) // BY_KEY["batch_size"])
    assert sum(batches) == 400 - 143  # two days hold 144 steps of 20 minutes, the last of which is just past the limit


def test_a_columnstore_is_deleted_from_below_the_bound_of_decompression(community_database: Database) -> None:
    """Where one DELETE that opens the batches of many keys is stopped by the server, the job gets through."""
    database = community_database
    prepared(database)
    database.sql(COLUMNSTORE)
    database.sql("INSERT INTO \"Limits\" SELECT 'key ' || i, 3 FROM generate_series(1, 5) i")
    database.sql(
        "INSERT INTO events SELECT now() - i * interval '5 minutes', 'key ' || k, i % 3 "
        "FROM generate_series(1, 2000) i, generate_series(1, 5) k"
    )
    database.sql("SELECT count(compress_chunk(c)) FROM show_chunks('events') c")
    bound = "SET timescaledb.max_tuples_decompressed_per_dml_transaction = 1000"
    with pytest.raises(psycopg.errors.ConfigurationLimitExceeded, match="decompression limit"):
        database.sql(f"{bound}; DELETE FROM events WHERE other = 1 AND at < now() - interval '3 days'")
    expected = rows(database, KEPT.format(cast=""))
    run(database, bound)
    assert rows(database) == expected


AGGREGATE = (
    "CREATE MATERIALIZED VIEW hourly WITH (timescaledb.continuous) AS "
    "SELECT time_bucket('1 hour', at) AS hour, count(*) FROM events GROUP BY 1 WITH NO DATA"
)
LATER = "initial_start => now() + interval '1 day'"  # not while a test looks
REFRESH = "SELECT add_continuous_aggregate_policy('hourly', {}, interval '1 hour', interval '1 hour', " + LATER + ")"


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        (
            [f"SELECT add_retention_policy('events', interval '4 days', {LATER})"],
            ["longest limit is 5 days", "at least 5 days"],
        ),
        (
            [
                f"SELECT add_retention_policy('events', interval '9 days', {LATER})",
                "INSERT INTO \"Limits\" VALUES ('z', NULL)",
            ],
            ["1 of its keys", "for ever", "remove that policy"],
        ),
        ([f"SELECT add_retention_policy('events', drop_created_before => interval '9 days', {LATER})"], ["drop_after"]),
        (["INSERT INTO \"Limits\" VALUES ('z', 0)"], ["limit of z", "below one day"]),
        (["INSERT INTO \"Limits\" VALUES ('z', -3)"], ["limit of z", "below one day"]),
        ([AGGREGATE, REFRESH.format("NULL")], ["public.hourly", "the beginning", "start_offset below 5 days"]),
        ([AGGREGATE, REFRESH.format("interval '5 days'")], ["public.hourly", "5 days ago", "start_offset"]),
    ],
)
def test_a_run_that_could_lose_more_deletes_nothing(
    community_database: Database, statements: list[str], words: list[str]
) -> None:
    """The job looks again each time, because limits are rows that change between deployments."""
    database = community_database
    prepared(database)
    database.sql("INSERT INTO \"Limits\" VALUES ('a', 5)")
    database.sql("INSERT INTO events SELECT now() - i * interval '1 day', 'a' FROM generate_series(1, 20) i")
    for statement in statements:
        database.sql(statement)
    before = rows(database)
    with pytest.raises(psycopg.errors.RaiseException) as caught:
        run(database)
    sentence = str(caught.value.diag.message_primary)
    assert [word for word in words if word not in sentence] == []
    assert "\n" not in sentence
    assert rows(database) == before


def test_what_does_not_reach_the_limits_stops_nothing(community_database: Database) -> None:
    """A longer retention, one that is switched off, a refresh that stays younger than the shortest limit."""
    database = community_database
    prepared(database)
    database.sql("INSERT INTO \"Limits\" VALUES ('a', 5), ('b', 9)")
    database.sql("INSERT INTO events SELECT now() - i * interval '1 day', 'a' FROM generate_series(1, 20) i")
    database.sql(AGGREGATE)
    database.sql(REFRESH.format("interval '4 days'"))
    database.sql(f"SELECT add_retention_policy('events', interval '9 days', {LATER})")
    run(database)
    assert len(rows(database)) == 4
    database.sql("SELECT alter_job(job_id, scheduled => false) FROM timescaledb_information.jobs WHERE proc_name = "
                 "'policy_retention'")  # fmt: skip
    database.sql('UPDATE "Limits" SET "Days to keep" = NULL WHERE id = \'b\'')
    database.sql('UPDATE "Limits" SET "Days to keep" = 4 WHERE id = \'a\'')
    with pytest.raises(psycopg.errors.RaiseException, match="4 days ago"):
        run(database)
    database.sql("SELECT remove_continuous_aggregate_policy('hourly')")
    run(database)
    assert len(rows(database)) == 3


def test_deleting_old_rows_needs_an_acknowledgement_that_tells_the_chunks(community_database: Database) -> None:
    """The first declaration over older rows is refused with the line to type; over none it is not."""
    database = community_database
    database.sql("CREATE EXTENSION timescaledb")
    database.sql('CREATE TABLE events (at timestamptz NOT NULL, "Pipe, line" text)')
    database.sql('CREATE TABLE "Limits" (id text, "Days to keep" smallint)')
    database.sql("SELECT create_hypertable('events', by_range('at', interval '1 day'))")
    database.sql("INSERT INTO events SELECT now() - i * interval '1 day', 'a' FROM generate_series(1, 20) i")
    system = Managed(database, [TABLE, BY_KEY])
    assert system.plan().refusals == []  # no key has a limit yet
    database.sql("INSERT INTO \"Limits\" VALUES ('a', 30)")
    assert system.plan().refusals == []  # nothing is as old
    database.sql('UPDATE "Limits" SET "Days to keep" = 10')
    (refusal,) = system.plan().refusals
    assert "rows of keys past their limits, in 11 chunks, about 11 rows" in refusal
    assert 'acknowledge["destroy:public.events by \\"Pipe, line\\""]' in refusal
    name = 'partitioned_retention:public.events by "Pipe, line"'
    (change,) = system.plan().changes[name]
    can = system.reader.snapshot().capabilities
    (demand,) = gate.demands(name, [change], can, {})
    system.up(acknowledged={demand.name: demand.code})
    assert len(rows(database)) == 20  # the job deletes, not the deployment
