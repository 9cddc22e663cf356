"""What loses data happens only with the acknowledgement that names it, once; and what is declared absent goes."""

from __future__ import annotations

from pathlib import Path

import pytest
from pulumi_timescaledb.database.plan import apply, gate, view
from pulumi_timescaledb.errors import Refusal

from ..support.fix_database import Database
from .system import Managed, objects

WIDER = (  # not at the end, where it would be added in place
    "SELECT time_bucket('1 hour', at) AS hour, device, max(value) AS highest, count(*) AS readings, "
    "sum(value) AS total FROM readings GROUP BY 1, 2"
)


@pytest.fixture
def system(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Managed:
    """The whole system but its daily aggregate, with rows of 60 days."""
    monkeypatch.setenv("TSDB_TEST_APP_PASSWORD", "app-password-of-the-tests")
    declared = [each for each in objects(tmp_path, database.edition) if each.get("name") != "daily"]
    made = Managed(database, declared)
    made.up()
    database.sql("INSERT INTO readings SELECT now() - i * interval '1 day', 'd', 1, i FROM generate_series(1, 60) i")
    return made


def changed(system: Managed, name: str, **arguments: object) -> Managed:
    """The same system with one object declared otherwise."""
    declarations = [{"kind": each.kind, **view.normal(each)} for each in system.declared]
    for each in declarations:
        if name in (each.get("name"), each.get("table")):
            each.update(arguments)
    return Managed(system.database, declarations)


def acknowledgement(system: Managed, name: str) -> dict[str, str]:
    """What the preview asks to be typed for one object."""
    refused = system.plan()
    full, changes = next(row for row in refused.changes.items() if row[0].endswith(name))
    snapshot = system.reader.snapshot()
    needed = gate.demands(full, changes, snapshot.capabilities, snapshot.uses)
    assert {demand.sentence for demand in needed} <= set(refused.refusals)
    return {demand.name: demand.code for demand in needed}


def test_another_query_is_a_rebuild_that_needs_a_word(system: Managed) -> None:
    """Refused without; with it the aggregate is made anew with all its policies, and the word is used up."""
    other = changed(system, "hourly", query=WIDER)
    aggregate = other.named("public.hourly")
    with pytest.raises(Refusal, match=r"rebuild:public\.hourly"):
        apply.converge(other.reader, aggregate, apache_fallback=True, acknowledged={})
    assert system.differences() == {}
    given = acknowledgement(other, "public.hourly")
    apply.converge(other.reader, aggregate, apache_fallback=True, acknowledged=given)
    assert other.differences() == {}
    assert other.database.sql("SELECT count(highest) FROM hourly") is not None
    with pytest.raises(Refusal):
        apply.converge(system.reader, system.named("public.hourly"), apache_fallback=True, acknowledged=given)


def test_shortened_retention_over_old_rows_needs_a_word(system: Managed) -> None:
    """The word is for these two values: another value, or the same again later, needs another."""
    before = system.database.sql("SELECT count(*) FROM readings")
    shorter = changed(system, "readings", retention={"drop_after": "40 days", "schedule": "12 hours"})
    table = shorter.named("public.readings")
    given = acknowledgement(shorter, "public.readings")
    assert "destroy:public.readings" in given
    assert all("about 20 rows" in refusal for refusal in shorter.plan().refusals if "destroy" in refusal)
    wrong = dict.fromkeys(given, "k000000")
    with pytest.raises(Refusal, match=r"destroy:public\.readings"):
        apply.converge(shorter.reader, table, apache_fallback=True, acknowledged=wrong)
    apply.converge(shorter.reader, table, apache_fallback=True, acknowledged=given)
    assert system.database.sql("SELECT count(*) FROM readings") == before  # the job drops, the change does not
    system.up()
    with pytest.raises(Refusal, match=r"destroy:public\.readings"):
        apply.converge(shorter.reader, table, apache_fallback=True, acknowledged=given)


def test_longer_retention_and_retention_over_nothing_old_need_none(system: Managed) -> None:
    """Nothing is lost, so nothing is asked."""
    for lag in ("120 days", "90 days"):
        wanted = changed(system, "readings", retention={"drop_after": lag, "schedule": "12 hours"})
        assert wanted.plan().refusals == []
        wanted.up()


def test_an_object_declared_absent_goes_with_a_word(system: Managed) -> None:
    """An aggregate and its jobs are dropped, and nothing else."""
    absent = Managed(
        system.database, [{"kind": "continuous_aggregate", "name": "hourly", "schema": "public", "absent": True}]
    )
    aggregate = absent.declared[0]
    with pytest.raises(Refusal, match=r"destroy:public\.hourly"):
        apply.converge(absent.reader, aggregate, apache_fallback=True, acknowledged={})
    apply.converge(
        absent.reader, aggregate, apache_fallback=True, acknowledged=acknowledgement(absent, "public.hourly")
    )
    assert absent.differences() == {}
    assert system.database.sql("SELECT to_regclass('public.hourly') IS NULL") == [(True,)]
    assert system.database.sql("SELECT count(*) FROM readings") == [(60,)]
    jobs = {
        "apache": "SELECT count(*) FROM cron.job WHERE jobname LIKE '%hourly%'",
        "community": "SELECT count(*) FROM timescaledb_information.jobs WHERE hypertable_name = 'hourly'",
    }
    assert system.database.sql(jobs[system.database.edition]) == [(0,)]


def test_releasing_removes_the_policies_made_here_and_no_row(system: Managed) -> None:
    """Jobs and policies go, tables, aggregates and columnstore settings stay, and declaring them again brings all."""
    settings = "SELECT hypertable::text, segmentby FROM timescaledb_information.hypertable_columnstore_settings"
    before = system.database.sql(settings) if system.database.edition == "community" else []
    for each in reversed(system.declared):
        apply.release(system.reader, each, apache_fallback=True)
    assert system.database.sql("SELECT count(*) FROM readings") == [(60,)]
    assert system.database.sql("SELECT to_regclass('public.hourly') IS NOT NULL") == [(True,)]
    left = {
        "apache": "SELECT count(*) FROM cron.job WHERE jobname LIKE 'tsdb %'",
        "community": "SELECT count(*) FROM timescaledb_information.jobs WHERE hypertable_name IS NOT NULL",
    }
    assert system.database.sql(left[system.database.edition]) == [(0,)]
    if system.database.edition == "community":
        assert system.database.sql(settings) == before
    assert system.database.sql("SELECT count(*) FROM pulumi_timescaledb.made") == [(0,)]
    system.up()
    assert system.differences() == {}


POLICIES = {
    "apache": "SELECT cron.schedule('tsdb retention public.theirs', '0 0 * * *', "
    "'SELECT drop_chunks(''public.theirs'', interval ''90 days'')')",
    "community": "SELECT add_retention_policy('theirs', interval '90 days');"
    "ALTER TABLE theirs SET (timescaledb.compress);SELECT add_compression_policy('theirs', interval '7 days')",
}
LEFT = {
    "apache": "SELECT count(*) FROM cron.job WHERE jobname LIKE '%theirs'",
    "community": "SELECT count(*) FROM timescaledb_information.jobs WHERE hypertable_name = 'theirs'",
}


def test_releasing_leaves_the_policies_that_were_adopted(system: Managed) -> None:
    """What somebody made by hand was adopted as it is, and is still there when its declaration goes."""
    edition = system.database.edition
    made = "CREATE TABLE theirs (at timestamptz NOT NULL);SELECT create_hypertable('theirs', by_range('at'))"
    for statement in (made + ";" + POLICIES[edition]).split(";"):
        system.database.sql(statement)
    before = system.database.sql(LEFT[edition])
    arguments = {"columnstore": {"after": "7 days"}, "retention": {"drop_after": "90 days"}}
    theirs = Managed(system.database, [{"kind": "hypertable", "table": "theirs", "time_column": "at", **arguments}])
    theirs.up()
    assert theirs.differences() == {}
    apply.release(theirs.reader, theirs.declared[0], apache_fallback=True)
    assert system.database.sql(LEFT[edition]) == before


def test_a_policy_declared_absent_is_forgotten_as_ours(system: Managed) -> None:
    """A policy that somebody makes later in its place is not ours to remove."""
    gone = changed(system, "readings", retention={"absent": True})
    gone.up()
    ours = "SELECT count(*) FROM pulumi_timescaledb.made WHERE object LIKE '%public.readings' AND kind <> 'columnstore'"
    assert system.database.sql(ours) == [(0,)]
    system.up(acknowledged=acknowledgement(system, "public.readings"))
