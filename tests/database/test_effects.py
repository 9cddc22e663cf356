"""What a preview says beside a change: from when it holds, on how much, what stays, and the command that converts it.

Operator changes are SQL written by hand; the command that a preview prints is run as psql would.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from psycopg import sql
from pulumi_timescaledb.database import session
from pulumi_timescaledb.database.kind import Change
from pulumi_timescaledb.database.names import Relation
from pulumi_timescaledb.errors import Busy, Refusal

from ..support.fix_database import Database
from .system import Managed

ROWS = """
CREATE TABLE "Odd't" (at timestamptz NOT NULL, device text, site int, value float);
SELECT create_hypertable('"Odd''t"', by_range('at', interval '1 day'));
INSERT INTO "Odd't" SELECT date_trunc('day', now()) - i * interval '1 day' + interval '1 hour', 'd' || i % 3, 1, i
FROM generate_series(1, 20) i, generate_series(1, 50);
ANALYZE "Odd't"
"""
COLUMNSTORE = """
ALTER TABLE "Odd't" SET (timescaledb.enable_columnstore, timescaledb.segmentby = 'device', timescaledb.orderby = 'at');
SELECT compress_chunk(c) FROM show_chunks('"Odd''t"', older_than => interval '15 days') c;
ANALYZE "Odd't"
"""
TABLE: dict[str, Any] = {"kind": "hypertable", "table": "Odd't", "time_column": "at"}


def prepare(database: Database, *scripts: str) -> None:
    """Run hand-written SQL, statement by statement."""
    database.sql("CREATE EXTENSION IF NOT EXISTS timescaledb")
    for script in scripts:
        for statement in script.split(";\n"):
            database.sql(statement)


def changes(database: Database, **arguments: Any) -> dict[str, Change]:
    """The planned changes by kind and field."""
    plan = Managed(database, [{**TABLE, **arguments}]).plan()
    return {f"{each.kind} {each.field}".strip(): each for rows in plan.changes.values() for each in rows}


def test_chunks_keep_their_range_and_an_index_is_built_on_all(database: Database) -> None:
    """How many, with their rows and bytes, on each edition."""
    prepare(database, ROWS)
    index = {"name": "by_device", "columns": ["device"]}
    found = changes(database, chunk_interval="7 days", hash_dimensions=[], indexes=[index])
    assert set(found) == {"hypertable chunk_interval", "index"}
    for name, words in {
        "hypertable chunk_interval": r"from the next new chunk on; 20 chunks, about 1000 rows, .* kB keep their range",
        "index": r"built on 20 chunks, about 1000 rows, .* kB; writes wait while it is built",
    }.items():
        assert re.fullmatch(words, found[name].note), found[name].note


def test_a_locked_chunk_is_not_counted_and_holds_no_plan_up(database: Database) -> None:
    """Nobody waits for somebody's VACUUM FULL to see a preview; what would be destroyed is refused all the same."""
    prepare(database, ROWS)
    ((chunk,),) = database.sql("SELECT show_chunks('\"Odd''t\"')::text LIMIT 1")
    with session.connect(database.connection) as other:
        other.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(Relation.parse(chunk).identifier))
        note = changes(database, chunk_interval="7 days")["hypertable chunk_interval"].note
        assert "not counted" in note
        absent = Managed(database, [{"kind": "hypertable", "table": "Odd't", "absent": True}])
        assert any("not counted" in refusal and "destroy:" in refusal for refusal in absent.plan().refusals)
        other.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(Relation("public", "Odd't").identifier))
        with pytest.raises(Busy, match="holds a lock"):
            changes(database, chunk_interval="7 days")


def test_what_is_planned_before_its_table_exists_has_no_chunks(database: Database) -> None:
    """Nothing is asked of a relation that is not there."""
    prepare(database, 'CREATE TABLE "Odd\'t" (at timestamptz NOT NULL, device text)')
    found = changes(database, indexes=[{"name": "by_device", "columns": ["device"]}])
    assert found["index"].note == "built on no chunk yet; writes wait while it is built"


def test_retention_counts_what_it_meets_and_longer_keeps(database: Database) -> None:
    """A destroying one has its loss, any other says that nothing is that old."""
    prepare(database, ROWS)
    fallback = {"drop_after": "10 days", "schedule": "1 day"}
    if database.edition == "apache":
        database.sql("CREATE EXTENSION pg_cron")
    destroying = changes(database, retention=fallback)["retention drop_after"]
    assert destroying.loss.startswith("10 chunks, about 500 rows, ")
    assert destroying.note == "from the first run of its job"
    quiet = changes(database, retention={"drop_after": "30 days"})["retention drop_after"]
    assert quiet.note == "from the first run of its job; no chunk is that old yet"
    Managed(database, [{**TABLE, "retention": {"drop_after": "30 days"}}]).up()
    longer = changes(database, retention={"drop_after": "40 days"})["retention drop_after"]
    assert longer.note.startswith("from the next run of ")
    assert longer.note.endswith("; no chunk is that old yet")
    gone = changes(database, retention={"absent": True})["retention"]
    assert gone.note == "no chunk is dropped any more"
    off = "SELECT alter_job(job_id, scheduled => false) FROM timescaledb_information.jobs WHERE job_id >= 1000"
    database.sql("UPDATE cron.job SET active = false" if database.edition == "apache" else off)
    again = changes(database, retention={"drop_after": "30 days"})["retention enabled"]
    assert again.loss == ""  # switched on again it drops what is older than 30 days, which is nothing


def test_rows_of_converted_chunks_are_counted_in_what_would_be_lost(community_database: Database) -> None:
    """Their own relations are empty and analysed, and yet their rows and bytes are told."""
    prepare(community_database, ROWS, COLUMNSTORE)
    assert community_database.sql("SELECT count(*) FROM timescaledb_information.chunks WHERE is_compressed") == [(5,)]
    lost = changes(community_database, retention={"drop_after": "10 days"})["retention drop_after"].loss
    assert lost.startswith("10 chunks, about 500 rows, ")
    held = community_database.sql(
        "SELECT sum(total_bytes)::bigint FROM chunks_detailed_size('\"Odd''t\"') JOIN timescaledb_information.chunks "
        "USING (chunk_schema, chunk_name) WHERE range_end < now() - interval '10 days'"
    )
    assert f"{held[0][0] / 1024:.1f} kB" in lost


def test_a_columnstore_says_what_its_next_run_converts(community_database: Database) -> None:
    """Only chunks that are old enough and not converted yet."""
    prepare(community_database, ROWS)
    first = changes(community_database, columnstore={"after": "16 days"})["columnstore"]
    assert re.fullmatch(
        r"from the first run of its job, which converts 4 chunks, about 200 rows, .*; their rows stay", first.note
    ), first.note
    prepare(community_database, COLUMNSTORE)
    Managed(community_database, [{**TABLE, "columnstore": {"after": "16 days"}}]).up()
    sooner = changes(community_database, columnstore={"after": "10 days"})["columnstore after"]
    assert re.search(r"from the next run of .* converts 5 chunks, about 250 rows, ", sooner.note), sooner.note
    later = changes(community_database, columnstore={"after": "18 days"})["columnstore after"]
    assert later.note.endswith("no chunk waits to be converted, and converted chunks stay converted")


def test_the_printed_command_converts_the_chunks_that_kept_other_settings(community_database: Database) -> None:
    """Counted before, converted by exactly what the note prints, and counted again: none."""
    prepare(community_database, ROWS, COLUMNSTORE)
    wanted = {"segment_by": ["site"], "order_by": [{"column": "value", "descending": True}]}
    found = changes(community_database, columnstore=wanted)
    for name in ("columnstore segment_by", "columnstore order_by"):
        assert "5 converted chunks keep other settings" in found[name].note
    Managed(community_database, [{**TABLE, "columnstore": wanted}]).up()
    kept = "SELECT DISTINCT segmentby, orderby FROM timescaledb_information.chunk_columnstore_settings"
    assert community_database.sql(kept) == [("device", "at")]
    (command,) = re.findall(r"`(.*) \\gexec`", found["columnstore segment_by"].note)
    before = community_database.sql('SELECT count(*), sum(value) FROM "Odd\'t"')
    for (line,) in community_database.sql(command):
        community_database.sql(line)
    assert community_database.sql(kept) == [("site", "value DESC,at DESC")]
    assert community_database.sql('SELECT count(*), sum(value) FROM "Odd\'t"') == before
    prepare(community_database, "ALTER TABLE \"Odd't\" SET (timescaledb.segmentby = 'device')")
    drifted = changes(community_database, columnstore=wanted)["columnstore segment_by"]
    assert drifted.note == "for chunks converted from now on; no converted chunk has other settings"


def test_an_aggregates_own_chunks_are_counted(community_database: Database) -> None:
    """Its settings hang on a table of another name, which the command finds."""
    prepare(community_database, ROWS)
    aggregate: dict[str, Any] = {
        "kind": "continuous_aggregate",
        "name": "hourly",
        "source": '"Odd\'t"',
        "query": "SELECT time_bucket('1 hour', at) AS hour, device, site, count(*) FROM \"Odd't\" GROUP BY 1, 2, 3",
        "refresh": [{"start_offset": "3 days", "end_offset": "1 hour", "schedule": "1 hour"}],
        "columnstore": {"after": "30 days", "segment_by": ["device"]},
    }
    Managed(community_database, [aggregate]).up()
    community_database.sql("CALL refresh_continuous_aggregate('hourly', NULL, NULL)")
    community_database.sql("SELECT compress_chunk(c) FROM show_chunks('hourly') c")
    count = community_database.sql("SELECT count(*) FROM show_chunks('hourly')")[0][0]
    other = Managed(community_database, [{**aggregate, "columnstore": {"after": "30 days", "segment_by": ["site"]}}])
    (row,) = (each for rows in other.plan().changes.values() for each in rows if each.field == "segment_by")
    assert re.search(rf"\b{count} converted chunks? keeps? other settings", row.note), row.note
    other.up()
    (command,) = re.findall(r"`(.*) \\gexec`", row.note)
    for (line,) in community_database.sql(command):
        community_database.sql(line)
    settings = "SELECT DISTINCT segmentby FROM timescaledb_information.chunk_columnstore_settings"
    assert community_database.sql(settings) == [("site",)]
    live = Managed(community_database, [{**aggregate, "real_time": True, "refresh": []}]).plan()
    notes = {each.kind: each.note for rows in live.changes.values() for each in rows}
    assert notes["aggregate"] == "from the next query on; adds rows that are not materialized yet"
    assert notes["refresh"] == "it is not refreshed any more; what is materialized stays"


def test_nothing_is_measured_of_what_is_impossible(database: Database) -> None:
    """The remedy of the kind stays."""
    prepare(database, ROWS)
    with pytest.raises(Refusal, match="copy"):
        Managed(database, [{**TABLE, "time_column": "value"}]).up()
