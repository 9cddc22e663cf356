"""What is said to the server about jobs: statements as text, configurations in one spelling, calls for pg_cron.

Compaction policies came with TimescaleDB 2.29: where no such server is at hand, this alone proves them. Not proved
here: that a server takes any of the statements (tests/database, tests/cases).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from pulumi_timescaledb.database import jobs
from pulumi_timescaledb.database.kind import Change, Found, Part, Step
from pulumi_timescaledb.database.kinds import KINDS
from pulumi_timescaledb.database.kinds.compaction.found import value
from pulumi_timescaledb.database.kinds.compaction.wanted import Compaction
from pulumi_timescaledb.database.kinds.cron_job.wanted import CronJob
from pulumi_timescaledb.database.kinds.index.wanted import Index
from pulumi_timescaledb.database.kinds.job.wanted import Job, spelled
from pulumi_timescaledb.database.kinds.partitioned_retention.procedure import MISSING, NUMBER, VERSION, version
from pulumi_timescaledb.database.names import Relation
from pulumi_timescaledb.database.plan.editions import Edition
from pulumi_timescaledb.units import Interval

from .strategies import QUICK, configs
from .worlds import CAN, finding, read

KEY = "public.readings"
DAY, HOUR = Interval(days=1), Interval(microseconds=3_600_000_000)
JOB = Job("public.clean", DAY)
LIVE = Job("public.clean", DAY, "{}", True, "2026-01-31T03:00:00.000000Z", "Europe/Berlin", Interval(), -1, HOUR, True,
           "-", "app")  # fmt: skip


def texts(steps: list[Step]) -> list[str]:
    """Statements as the server gets them, parameters behind."""
    return [f"{each.statement.as_string(None)} {list(each.parameters) or ''}".strip() for each in steps]


def statements(kind: str, wanted: Any, found: Found | None, key: str = KEY) -> list[str]:
    """The statements of every change of one object, as text."""
    changes: list[Change] = KINDS[kind].compare(key, wanted, found)
    return [text for change in changes for text in texts(KINDS[kind].statements(change, wanted, found, CAN))]


def test_compaction_is_said_as_its_sources_define_it() -> None:
    """Added with its bounds, altered one key at a time by the job's id, removed."""
    live = Found(Compaction(DAY, 0, 0, None), {"job_id": 1007})
    (add,) = statements("compaction", Compaction(DAY, 5, None, HOUR), None)
    assert "add_compaction_policy(%s::regclass, schedule_interval => %s::interval, max_chunks => %s::int" in add
    assert add.endswith("['public.readings', '1 day', '5', None, '1 hour']")
    alter = statements("compaction", Compaction(HOUR, 5, 6, HOUR, False), live)
    assert [word in text for word, text in zip(
        ("schedule_interval => '1 hour'", "{max_chunks}", "{max_batches}", "{inactive_for}", "scheduled => false"),
        alter, strict=True)] == [True] * 5  # fmt: skip
    assert all("alter_job(1007" in text and "timezone => (SELECT timezone FROM" in text for text in alter)
    assert "remove_compaction_policy" in statements("compaction", None, live)[0]


def test_a_compaction_job_reads_as_its_value() -> None:
    """Bounds of zero are left out of the configuration."""
    job = jobs.Job(
        1007, Relation("public", "readings"), DAY, True, "app", {"hypertable_id": 1, "inactive_for": "2 days"}
    )
    assert value(job) == Compaction(DAY, 0, 0, Interval(days=2))
    assert value(replace(job, config={"max_chunks": 5, "max_batches": 7})) == Compaction(DAY, 5, 7)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (replace(JOB, schedule=HOUR), ["schedule_interval => '1 hour'::interval, timezone => 'Europe/Berlin'"]),
        (replace(JOB, timezone="UTC"), ["alter_job(1000, timezone => 'UTC'::text)"]),
        (replace(JOB, check_config="public.judge"), ["check_config => 'public.judge(jsonb)'::regprocedure"]),
        (replace(JOB, fixed_schedule=False), ["fixed_schedule => false::boolean, initial_start => '2026-01-31"]),
        (replace(JOB, procedure="public.sweep", schedule=HOUR), ["delete_job(%s) [1000]", "add_job('public.sweep("]),
        (replace(JOB, owner="other"), ["delete_job", "SET LOCAL ROLE \"other\"; SELECT alter_job(add_job("]),
        (replace(JOB, owner="other", procedure="public.sweep"), ["delete_job", "add_job('public.sweep("]),
    ],
)  # fmt: skip
def test_a_job_is_altered_by_its_id_and_made_anew_only_where_it_must(wanted: Job, expected: list[str]) -> None:
    """The time zone is said every time, and what is not declared is carried over to the new job."""
    said = statements("job", wanted, Found(LIVE, {"job_id": 1000, "others": ()}), "nightly")
    assert len(said) == len(expected)
    assert all(word in text for word, text in zip(expected, said, strict=True))
    if len(said) == 2:
        kept = ("'Europe/Berlin'", "max_retries => ", "retry_period => '1 hour'", "SET LOCAL ROLE")
        assert all(word in said[1] for word in kept)


def test_copies_of_a_job_are_deleted_and_the_oldest_stays() -> None:
    """Whatever else differs is altered on the one that stays."""
    found = Found(replace(LIVE, copies=3), {"job_id": 1000, "others": (1001, 1002)})
    assert [text[-6:] for text in statements("job", JOB, found, "nightly")] == ["[1001]", "[1002]"]
    assert [text[-6:] for text in statements("job", None, found, "nightly")] == ["[1000]", "[1001]", "[1002]"]


@QUICK
@given(configs)
def test_a_configuration_has_one_spelling(config: dict[str, Any]) -> None:
    """In whatever order, and with whole numbers as floats, as the engine hands them over."""

    def floats(each: Any) -> Any:
        if isinstance(each, dict):
            return {key: floats(inner) for key, inner in reversed(each.items())}
        if isinstance(each, list):
            return [floats(inner) for inner in each]
        return float(each) if isinstance(each, int) and not isinstance(each, bool) else each

    assert spelled(floats(config)) == spelled(config)


@QUICK
@given(configs)
def test_a_job_comes_back_from_its_cron_job(config: dict[str, Any]) -> None:
    """Quotes and line ends in the configuration included."""
    declared = read(
        {"kind": "job", "name": "nightly", "procedure": 'other."Do it"', "schedule": "1 day", "config": config}
    )
    apache = Edition(True)
    (made,) = apache.parts(declared)
    assert (made.kind, made.key) == ("cron_job", "tsdb job nightly")
    back = apache.found(declared.parts[0], declared, finding({("cron_job", made.key): Found(made.value)}))
    assert back == declared.parts[0].value or back == Found(declared.parts[0].value)


def test_a_cron_job_that_calls_something_else_is_shown_as_what_it_does() -> None:
    """A command of another form stands there in its own words."""
    declared = read({"kind": "job", "name": "nightly", "procedure": "clean", "schedule": "1 day"})
    part: Part = declared.parts[0]
    live = Found(CronJob("0 3 * * *", "VACUUM", "app", False))
    found = Edition(True).found(part, declared, finding({("cron_job", "tsdb job nightly"): live}))
    assert found is not None
    shown = found.value
    assert (shown.procedure, shown.schedule, shown.enabled, shown.owner) == ("VACUUM", "0 3 * * *", False, "app")


@pytest.mark.parametrize(
    ("comment", "digest", "shown"),
    [
        (VERSION, None, MISSING),
        (VERSION, "another", f"{VERSION}, changed by hand"),
        (f"version {NUMBER - 1}", "another", f"version {NUMBER - 1}"),
        (f"version {NUMBER + 1}", "another", VERSION),
        (None, "another", "version 0"),
        ("mine", "another", "version 0"),
    ],
)
def test_an_older_or_changed_procedure_differs_and_a_newer_one_does_not(
    comment: str | None, digest: str | None, shown: str
) -> None:
    """A newer library may have written it: the older one leaves it alone."""
    assert version(comment, digest) == shown


def test_an_index_per_chunk_has_its_option_before_the_predicate() -> None:
    """Parentheses and quotes with the word in them do not count."""
    index = Index(Relation("public", "readings"), "btree (f(' WHERE '), at) WHERE (value > 1)", per_chunk=True)
    (text,) = statements("index", index, None, "public.readings i")
    assert text.endswith("btree (f(' WHERE '), at) WITH (timescaledb.transaction_per_chunk) WHERE (value > 1)")
