"""The doctor's checks of the server: workers, memory and locks, time indexes, ids, settings; and its words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from pulumi_timescaledb.cli.doctor.checks import (
    chunks,
    settings,
    time_index,
    transaction_ids,
    undeclared,
    unread,
    workers,
)
from pulumi_timescaledb.cli.doctor.finding import ERROR, NOTE, WARNING, Finding
from pulumi_timescaledb.cli.doctor.machine import Given, tuned
from pulumi_timescaledb.cli.doctor.reading.jobs import Job
from pulumi_timescaledb.cli.doctor.reading.section import Unread
from pulumi_timescaledb.cli.doctor.reading.server import Age, Ages, Setting, Workers
from pulumi_timescaledb.cli.doctor.reading.stores import Chunk, Store
from pulumi_timescaledb.cli.doctor.shown import alike, show, summary
from pulumi_timescaledb.cli.doctor.words import duration, literal, moment, plural
from pulumi_timescaledb.database.capabilities import APACHE
from pulumi_timescaledb.database.kind import Found
from pulumi_timescaledb.errors import Refusal

from .facts_of import COMMUNITY, NOW, facts

DAY = 86400.0
GIB = 1024**3
LATE = Job(1, "late", runs=1, overdue_seconds=9 * DAY, interval_seconds=DAY)


def severities(findings: Any) -> list[str]:
    return [each.severity for each in findings]


# ---------------------------------------------------------------------------------------------------------- workers
@pytest.mark.parametrize(
    ("server", "jobs", "expected"),
    [
        (Workers(), [Job(1, "a")], []),
        (Workers(here=False), [Job(1, "a")], []),  # it may have been asked to wait, and nothing is late
        (Workers(here=False), [LATE], [ERROR]),
        (Workers(background=2), [Job(1, "a")], [ERROR]),
        (Workers(background=0), [Job(1, "a")], [ERROR]),
        (Workers(background=0), [], []),
        (Workers(schedulers=14), [Job(n, "a") for n in range(2)], [NOTE]),
        (Workers(background=4, processes=40), [Job(n, "a", duration_seconds=60, interval_seconds=60) for n in range(2)],
         [WARNING]),
        (Workers(), [Job(n, "a") for n in range(15)], [NOTE]),
        (Workers(), [Job(n, "a", scheduled=False) for n in range(15)], []),
        (Workers(processes=8), [], [WARNING]),
        (Workers(processes=24), [], [NOTE]),
        (Workers(processes=25), [], []),
    ],
)  # fmt: skip
def test_there_are_workers_for_the_jobs(server: Workers, jobs: list[Job], expected: list[str]) -> None:
    assert severities(workers.findings(facts(jobs=jobs, workers=server, given=Given()))) == expected
    for can in (replace(COMMUNITY, edition=APACHE), replace(COMMUNITY, standby=True)):
        assert list(workers.findings(facts(jobs=jobs, workers=server, can=can))) == []
    assert list(workers.findings(facts(jobs=jobs))) == []


def test_two_checks_name_one_number_of_processes() -> None:
    """With a machine to compute from, the workers' remedy is the tuned setting's, and what it covers is not said."""
    given = Given(4 * GIB, 2)
    few = facts(
        workers=Workers(processes=8),
        given=given,
        settings={"max_worker_processes": Setting("8", "", context="postmaster")},
    )
    said = [each.remedy for check in (workers, settings) for each in check.findings(few)]
    assert len(said) == 2
    assert all("max_worker_processes = " in each and "21" in each for each in said)
    assert list(workers.findings(facts(workers=Workers(processes=21), given=given))) == []


# ----------------------------------------------------------------------------------------------------------- chunks
@pytest.mark.parametrize(
    ("given", "buffers", "active", "bad"),
    [
        (Given(4 * GIB), 0, GIB, False),
        (Given(4 * GIB), 0, GIB + 1, True),
        (Given(), 2 * GIB, GIB + 1, False),
        (Given(), GIB // 2, GIB, True),
    ],
)
def test_the_newest_chunks_fit_into_a_quarter_of_the_memory(given: Given, buffers: int, active: int, bad: bool) -> None:
    stores = {name: Store(name, name, active=active // 2 + active % 2 * (name == "a")) for name in ("a", "b")}
    found = list(chunks.findings(facts(stores=stores, given=given, workers=Workers(buffers=buffers))))
    assert severities(found) == ([WARNING] if bad else [])
    assert all(("no statement reads" in each.what) is (given.memory is None) for each in found)
    assert all("set_chunk_time_interval('a', interval '" in each.remedy for each in found)


def test_a_query_over_all_chunks_finds_room_in_the_lock_table() -> None:
    many = Store("a", "a", chunks=[Chunk(n, n, n + 1, indexes=3) for n in range(100)])
    assert severities(chunks.findings(facts(stores={"a": many}, workers=Workers(locks=400)))) == []
    (found,) = chunks.findings(facts(stores={"a": many}, workers=Workers(locks=399)))
    assert (found.severity, "400 locks" in found.what) == (WARNING, True)


@pytest.mark.parametrize(("count", "size", "bad"), [(1000, 8192, True), (999, 8192, False), (1000, 1 << 24, False)])
def test_many_small_chunks_are_noted(count: int, size: int, bad: bool) -> None:
    store = Store("a", "internal.b", aggregate=True, chunks=[Chunk(n, n, n + 1, bytes=size) for n in range(count)])
    found = list(chunks.findings(facts(stores={"a": store})))
    assert severities(found) == ([NOTE] if bad else [])
    assert all(each.remedy == "SELECT set_chunk_time_interval('internal.b', interval '10 days')" for each in found)


# ------------------------------------------------------------------------------------------------------- time index
def used(time: int, other: int) -> Store:
    old = Chunk(1, NOW - 30 * DAY, NOW - 29 * DAY, made=NOW - 30 * DAY, index_scans=time + other, time_scans=time)
    return Store("a", "a", column="The Time", now=NOW, chunks=[old])


@pytest.mark.parametrize(
    ("store", "age", "expected"),
    [
        (Store("a", "a", column="The Time", indexed=False), None, WARNING),
        (Store("a", "a", aggregate=True, indexed=False), None, None),
        (used(0, 5000), 30 * DAY, NOTE),
        (used(1, 5000), 30 * DAY, None),
        (used(0, 10), 30 * DAY, None),
        (used(0, 5000), 2 * DAY, None),
        (used(0, 5000), None, None),
        (replace(used(0, 5000), chunks=[used(0, 5000).chunks[0]._replace(made=NOW - DAY)]), 30 * DAY, None),
        (replace(used(0, 5000), chunks=[used(0, 5000).chunks[0]._replace(converted=True)]), 30 * DAY, None),
    ],
)
def test_a_time_index_is_there_and_used(store: Store, age: float | None, expected: str | None) -> None:
    found = list(time_index.findings(facts(stores={"a": store}, statistics_age=age)))
    assert severities(found) == ([expected] if expected else [])
    assert all('"The Time"' in each.remedy for each in found)


# -------------------------------------------------------------------------------------------------- transaction ids
@pytest.mark.parametrize(
    ("age", "severity"), [(1, None), (250_000_000, None), (250_000_001, WARNING), (1_600_000_000, ERROR)]
)
def test_transaction_ids_are_frozen_in_time(age: int, severity: str | None) -> None:
    ages = Ages((Age("Odd", age, 200_000_000),))
    found = list(transaction_ids.findings(facts(ages=ages)))
    assert severities(found) == ([severity] if severity else [])
    assert all(each.object == 'database "Odd"' for each in found)
    multi = Ages((Age("app", 1, 200_000_000),), (Age("app", age, 200_000_000),))
    assert severities(transaction_ids.findings(facts(ages=multi))) == ([severity] if severity else [])


@pytest.mark.parametrize(
    ("holder", "said"),
    [
        (("replication slot", "o'ne", 300), "SELECT pg_drop_replication_slot('o''ne')"),
        (("prepared transaction", "two", 300), "ROLLBACK PREPARED 'two'"),
        (("session", "77", 300), "SELECT pg_terminate_backend(77)"),
        (("session", "77", 3), "VACUUM (FREEZE) public.t"),
        (None, "VACUUM (FREEZE) public.t"),
    ],
)
def test_what_holds_ids_back_is_named_first(holder: tuple[str, str, int] | None, said: str) -> None:
    (found,) = transaction_ids.findings(facts(ages=Ages(tables=(Age("public.t", 400, 200),), holder=holder)))
    assert found.remedy.startswith(said)
    assert found.remedy.endswith("VACUUM (FREEZE) public.t")


# --------------------------------------------------------------------------------------------------------- settings
def test_settings_are_not_compared_with_a_machine_that_nobody_said() -> None:
    for given, missing in ((Given(), "--memory and --cpus"), (Given(GIB), "--cpus"), (Given(None, 2), "--memory")):
        (found,) = settings.findings(facts(given=given, settings={"shared_buffers": Setting("1", "8kB")}))
        assert (found.severity, f"; {missing} not given" in found.what) == (NOTE, True)


@pytest.mark.parametrize(
    ("name", "live", "expected"),
    [
        ("shared_buffers", Setting("131072", "8kB"), None),
        ("shared_buffers", Setting("110000", "8kB"), NOTE),
        ("shared_buffers", Setting("16384", "8kB", context="postmaster"), WARNING),
        ("shared_buffers", Setting("524288", "8kB"), WARNING),
        ("jit", Setting("off", ""), None),
        ("jit", Setting("on", ""), NOTE),
        ("random_page_cost", Setting("4", ""), NOTE),
        ("random_page_cost", Setting("1.1", ""), None),
        ("max_connections", Setting("50", ""), None),
        ("max_connections", Setting("1000", ""), WARNING),
        ("autovacuum_work_mem", Setting("-1", "kB"), NOTE),
        ("max_wal_size", Setting("1024", "MB"), None),
        ("autovacuum_naptime", Setting("60", "s"), NOTE),
        ("unknown", Setting("60", "s"), None),
    ],
)
def test_a_setting_is_compared_by_its_value(name: str, live: Setting, expected: str | None) -> None:
    found = list(settings.findings(facts(settings={name: live})))
    assert severities(found) == ([expected] if expected else [])
    for each in found:
        assert each.remedy.startswith(f"ALTER SYSTEM SET {name} = '")
        assert ("restart" in each.remedy) is (live.context == "postmaster")


def test_a_setting_of_the_command_line_is_changed_there() -> None:
    look = facts(settings={"shared_buffers": Setting("16384", "8kB", "command line", "postmaster")})
    (found,) = settings.findings(look)
    assert found.what == "is 128MB, tuned 1GB"
    assert found.remedy.startswith("shared_buffers=1GB where the server is started")


def test_work_mem_follows_the_connections_that_the_server_really_has() -> None:
    assert tuned(Given(4 * GIB, 2), 50, 16)["work_mem"] == "32MB"
    assert tuned(Given(4 * GIB, 2), 100, 16)["work_mem"] == "16MB"
    assert tuned(Given(4 * GIB, 2), 100, 16)["max_connections"] == "50"
    assert tuned(Given(4 * GIB, None), 100, 16) == {}


@pytest.mark.parametrize(
    ("memory", "cpus", "word"), [("lots", None, "--memory"), ("1", 2, "--memory"), ("64MiB", 2, "memory")]
)
def test_a_machine_that_cannot_be_is_refused(memory: str | None, cpus: int | None, word: str) -> None:
    with pytest.raises(Refusal, match=word):
        Given.parse(memory, cpus)


# ------------------------------------------------------------------------------------------------------- undeclared
@pytest.mark.parametrize(
    ("live", "known"),
    [
        ({"hypertable": {"public.a": Found(None)}}, ("hypertable", "public.a")),
        ({"aggregate": {"public.a": Found(None)}}, ("continuous_aggregate", "public.a")),
        ({"cron_job": {"a": Found(None)}}, None),
    ],
)
def test_an_object_that_the_ledger_knows_was_declared(
    live: dict[str, dict[str, Found]], known: tuple[str, str] | None
) -> None:
    assert severities(undeclared.findings(facts(live, ledger=True))) == [NOTE]
    if known:
        assert list(undeclared.findings(facts(live, ledger=True, known=frozenset({known})))) == []
    assert list(undeclared.findings(facts(live))) == []


def test_an_object_that_a_stack_claimed_was_declared() -> None:
    look = facts({"aggregate": {"public.a": Found(None)}}, ledger=True)
    owned = replace(look, snapshot=replace(look.snapshot, owners={"continuous_aggregate:public.a": "dev"}))
    assert list(undeclared.findings(owned)) == []


def test_the_policies_of_an_undeclared_table_are_not_told_again() -> None:
    live = {"hypertable": {"public.a": Found(None)}, "retention": {"public.a": Found(None, {"job_id": 1})}}
    (found,) = undeclared.findings(facts(live, ledger=True))
    assert "is a hypertable" in found.what


@pytest.mark.parametrize("declared", ["clean [1000]", "clean", "public.clean_up"])
def test_a_job_is_known_by_its_name_or_its_procedure(declared: str) -> None:
    job = Job(1000, "clean [1000]", calls="public.clean_up")
    assert severities(undeclared.findings(facts(jobs=[job], ledger=True))) == [NOTE]
    assert list(undeclared.findings(facts(jobs=[job], ledger=True, known=frozenset({("job", declared)})))) == []


def test_a_role_in_use_that_the_ledger_does_not_know() -> None:
    look = facts(ledger=True, roles=("app", "postgres", "Theirs"), known=frozenset({("role", "app")}))
    assert [each.object for each in undeclared.findings(look)] == ["role Theirs"]


def test_what_was_not_looked_at_is_a_note() -> None:
    (found,) = unread.findings(facts(unread=[Unread("jobs", "this role may not", "GRANT x TO y")]))
    assert (found.severity, found.what, found.remedy) == (NOTE, "not looked at: this role may not", "GRANT x TO y")


# ------------------------------------------------------------------------------------------------------------ words
def test_findings_that_differ_in_their_object_alone_are_shown_once() -> None:
    both = [Finding(NOTE, name, "is odd", f"DROP {name}", "c") for name in ("a.x", "a.y")]
    other = Finding(NOTE, "a.z", "is odd", "leave it", "c")
    assert [names for names, _ in alike([*both, other])] == [["a.x", "a.y"], ["a.z"]]
    assert summary([*both, Finding(ERROR, "b", "", "")]) == "1 error, 2 notes"
    assert summary([]) == "nothing found wrong"


def test_no_check_drowns_the_others_on_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    many = [Finding(WARNING, f"a{n}", f"waits {n}", "wait", "chunks") for n in range(30)]
    show(facts(), [*many, Finding(NOTE, "b", "is odd", "leave it", "other")])
    out = capsys.readouterr().out
    assert out.count("waits ") == 10
    assert "and 20 more of the check chunks; --json lists all" in out
    assert out.index("is odd") > out.index("20 more")
    assert out.rstrip().endswith("30 warnings, 1 note")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 seconds"), (59, "59 seconds"), (3600, "1 hour"), (86401, "1 day"), (97_200, "1 day 3 hours")],
)
def test_a_duration_has_its_two_largest_units(seconds: float, said: str) -> None:
    assert duration(seconds) == said


def test_numbers_are_written_for_people() -> None:
    assert (plural(1, "chunk"), plural(4000, "chunk")) == ("1 chunk", "4,000 chunks")
    assert moment(0) == "1970-01-01 00:00"
    assert (moment(1e14), moment(-1e14)) == ("far ahead", "long before")
    assert moment(12.0, True) == "12"
    assert literal("public.o'clock") == "'public.o''clock'"
