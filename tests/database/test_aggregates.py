"""Continuous aggregates on a real server: what their rows are after a column was added, a rebuild, a third level.

Not proved here: the plans and refusals, which stand in tests/cases/aggregate.yaml.
"""

from __future__ import annotations

from typing import Any

import pytest
from pulumi_timescaledb.database.plan import apply, gate
from pulumi_timescaledb.errors import Refusal

from ..support.fix_database import Database
from .system import Managed

SETUP = (
    "CREATE TABLE readings (at timestamptz NOT NULL, device text, value float)",
    "INSERT INTO readings SELECT '2026-01-05Z'::timestamptz + i * interval '1 hour', 'd' || i % 2, i "
    "FROM generate_series(0, 335) i",
)
HOURLY = "SELECT time_bucket('1 hour', at) AS hour, device, sum(value) AS total FROM readings GROUP BY 1, 2"
DAILY = "SELECT time_bucket('1 day', hour) AS day, device, sum(total) AS total FROM hourly GROUP BY 1, 2"
WEEKLY = "SELECT time_bucket('1 week', day) AS week, sum(total) AS total FROM daily GROUP BY 1"
WITH_TOP = HOURLY.replace(" FROM", ", max(value) AS top FROM")


def aggregate(name: str, source: str, query: str, **more: Any) -> dict[str, Any]:
    """One declaration."""
    return {"kind": "continuous_aggregate", "name": name, "source": source, "query": query, **more}


@pytest.fixture
def levels(community_database: Database) -> list[dict[str, Any]]:
    """A hypertable with two weeks of readings and three levels over it, all filled."""
    community_database.sql("CREATE EXTENSION timescaledb")
    community_database.sql(SETUP[0])
    community_database.sql("SELECT create_hypertable('readings', by_range('at'))")
    community_database.sql(SETUP[1])
    declared = [
        {"kind": "hypertable", "table": "readings", "time_column": "at"},
        aggregate("hourly", "readings", HOURLY),
        aggregate("daily", "hourly", DAILY, real_time=True),
        aggregate("weekly", "daily", WEEKLY),
    ]
    Managed(community_database, declared).up()
    for name in ("hourly", "daily", "weekly"):
        community_database.sql(f"CALL refresh_continuous_aggregate('{name}', NULL, NULL)")
    return declared


def replaced(declared: list[dict[str, Any]], name: str, **more: Any) -> list[dict[str, Any]]:
    """The same declarations with other arguments for one."""
    return [{**each, **more} if each.get("name") == name else each for each in declared]


def test_three_levels_agree_with_the_rows_below(community_database: Database, levels: list[dict[str, Any]]) -> None:
    """The sum over each level is the sum over the readings, and each level is an aggregate over the one below."""
    raw = community_database.sql("SELECT sum(value) FROM readings")
    for name in ("hourly", "daily", "weekly"):
        assert community_database.sql(f"SELECT sum(total) FROM {name}") == raw
    assert community_database.sql("SELECT count(*) FROM weekly") == [(2,)]
    parents = (
        "SELECT a.user_view_name::text, p.user_view_name::text FROM _timescaledb_catalog.continuous_agg a "
        "LEFT JOIN _timescaledb_catalog.continuous_agg p ON p.mat_hypertable_id = a.parent_mat_hypertable_id ORDER BY 1"
    )
    expected = [("daily", "hourly"), ("hourly", None), ("weekly", "daily")]
    assert community_database.sql(parents) == expected
    assert Managed(community_database, levels).plan().changes == {
        "hypertable:public.readings": [],
        "continuous_aggregate:public.hourly": [],
        "continuous_aggregate:public.daily": [],
        "continuous_aggregate:public.weekly": [],
    }


def test_an_added_column_is_empty_until_its_buckets_are_refreshed(
    community_database: Database, levels: list[dict[str, Any]]
) -> None:
    """Nothing that was there is touched, the aggregates above stay, and the refresh that the note names fills it."""
    before = community_database.sql("SELECT hour, device, total FROM hourly ORDER BY 1, 2")
    wider = Managed(community_database, replaced(levels, "hourly", query=WITH_TOP))
    (change,) = wider.plan().changes["continuous_aggregate:public.hourly"]
    assert (change.field, change.change_class.value) == ("query", "future data only")
    assert "force => true" in change.note
    assert wider.plan().refusals == []
    wider.up()
    assert community_database.sql("SELECT hour, device, total FROM hourly ORDER BY 1, 2") == before
    assert community_database.sql("SELECT count(top) FROM hourly") == [(0,)]
    (start,) = community_database.sql("SELECT min(at)::text FROM readings")[0]
    community_database.sql(f"CALL refresh_continuous_aggregate('hourly', '{start}', NULL, force => true)")
    assert community_database.sql("SELECT hour, device, total FROM hourly ORDER BY 1, 2") == before
    wrong = "SELECT count(*) FROM hourly h WHERE top IS DISTINCT FROM (SELECT max(value) FROM readings r WHERE "
    wrong += "time_bucket('1 hour', at) = h.hour AND r.device = h.device)"
    assert community_database.sql(wrong) == [(0,)]
    assert wider.plan().changes["continuous_aggregate:public.hourly"] == []


def test_a_forced_refresh_from_before_the_raw_data_deletes_what_the_note_warns_of(
    community_database: Database, levels: list[dict[str, Any]]
) -> None:
    """The reason for the words in the note, so that they can go when the server changes."""
    community_database.sql("SELECT drop_chunks('readings', '2026-01-12Z'::timestamptz)")
    (before,) = community_database.sql("SELECT count(*) FROM hourly")[0]
    community_database.sql("CALL refresh_continuous_aggregate('hourly', NULL, NULL, force => true)")
    (after,) = community_database.sql("SELECT count(*) FROM hourly")[0]
    assert after < before


def test_a_rebuild_and_other_policies_at_once_need_one_word(
    community_database: Database, levels: list[dict[str, Any]]
) -> None:
    """The policies of the old aggregate go with it, and the declared ones are made on the new one."""
    window = {"start_offset": "30 days", "end_offset": "1 day", "schedule": "1 day"}
    first = Managed(community_database, replaced(levels, "weekly", refresh=[window]))
    first.up()
    other = replaced(
        levels,
        "weekly",
        query=WEEKLY.replace("1 week", "2 weeks"),
        real_time=True,
        refresh=[{**window, "start_offset": "90 days", "schedule": "2 days"}],
        indexes=[{"name": "weekly_total", "columns": ["total"]}],
    )
    changed = Managed(community_database, other)
    plan = changed.plan()
    snapshot = changed.reader.snapshot()
    changes = plan.changes["continuous_aggregate:public.weekly"]
    (needed,) = gate.demands("continuous_aggregate:public.weekly", changes, snapshot.capabilities, snapshot.uses)
    assert plan.refusals == [needed.sentence]
    weekly = changed.named("public.weekly")
    apply.converge(changed.reader, weekly, apache_fallback=False, acknowledged={needed.name: needed.code})
    assert changed.differences() == {}
    jobs = "SELECT count(*), min(schedule_interval)::text FROM timescaledb_information.jobs WHERE hypertable_name = "
    assert community_database.sql(jobs + "'weekly'") == [(1, "2 days")]
    with pytest.raises(Refusal, match=r"rebuild:public\.weekly"):
        apply.converge(
            first.reader, first.named("public.weekly"), apache_fallback=False, acknowledged={needed.name: needed.code}
        )
