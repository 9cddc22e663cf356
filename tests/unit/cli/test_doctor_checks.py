"""Each check of the doctor with a system that is good and one that is not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from pulumi_timescaledb.cli.doctor.checks import (
    all_findings,
    indexes,
    jobs,
    retention,
    row_security,
    undeclared,
    versions,
)
from pulumi_timescaledb.cli.doctor.finding import ERROR, NOTE, WARNING, Finding
from pulumi_timescaledb.cli.doctor.reading.indexes import InvalidIndex
from pulumi_timescaledb.cli.doctor.reading.jobs import Job
from pulumi_timescaledb.cli.doctor.reading.stores import Store
from pulumi_timescaledb.database.kind import Found
from pulumi_timescaledb.database.kinds.columnstore.wanted import Columnstore
from pulumi_timescaledb.database.kinds.refresh.wanted import Policy, Refresh
from pulumi_timescaledb.database.kinds.retention.wanted import Retention
from pulumi_timescaledb.database.names import Relation
from pulumi_timescaledb.units import Interval

from .facts_of import COMMUNITY, facts, table

HOUR = Interval.parse("1 hour")
PORTAL = 'cannot drop portal "" while it is being set up'


def said(findings: Any) -> list[tuple[str, str]]:
    """Severity and object."""
    return [(each.severity, each.object) for each in findings]


def aggregate(name: str, source: str) -> Found:
    relations = {"source": Relation.parse(source), "materialization": Relation.parse(f"internal._{name}")}
    return Found(None, relations)


def kept(after: str) -> Found:
    return Found(Retention(Interval.parse(after)))


def refreshed(start: str | None) -> Found:
    policy = Policy(None if start is None else Interval.parse(start), HOUR, HOUR)
    return Found(Refresh((policy,)), {"jobs": [(1007, policy)]})


# ------------------------------------------------------------------------------------------------------------- jobs
@pytest.mark.parametrize(
    ("job", "severity"),
    [
        (Job(1000, "fine", runs=3), None),
        (Job(1000, "just made"), None),
        (Job(1000, "a", owner="keeper", owner_login=False), ERROR),
        (Job(1000, "a", scheduled=False), WARNING),
        (Job(1000, "a", failed=True, runs=2, failures=1, code="22012", message="division by zero"), ERROR),
        (Job(1000, "a", failed=True, runs=2, failures=1), ERROR),
        (Job(1000, "never", overdue_seconds=90_000, interval_seconds=3600), ERROR),
        (Job(1000, "late", runs=1, overdue_seconds=90_000, interval_seconds=3600), WARNING),
        (Job(1000, "patience", overdue_seconds=500, interval_seconds=10), None),
        (Job(1000, "a", failed=True, runs=2, code="24000", message=PORTAL), WARNING),
        # the same text for another reason, and another reason with the same code, are failures
        (Job(1000, "a", failed=True, runs=2, code="XX000", message=PORTAL), ERROR),
        (Job(1000, "a", failed=True, runs=2, code="24000", message="cursor is not open"), ERROR),
        (Job(7, "b", cron=True, failed=True, message="ERROR:  no"), ERROR),
        (Job(7, "b", cron=True, scheduled=False), WARNING),
        (Job(7, "", cron=True, owner_login=False), None),
        (Job(7, "b", cron=True, runs=1, overdue_seconds=90_000, interval_seconds=3600), WARNING),
        (Job(7, "b", cron=True, runs=1, overdue_seconds=90_000, interval_seconds=86_400), None),
    ],
)
def test_a_job_is_judged(job: Job, severity: str | None) -> None:
    found = list(jobs.findings(facts(jobs=[job])))
    assert [each.severity for each in found] == ([severity] if severity else [])


def test_jobs_that_only_look_failed_share_one_warning() -> None:
    looks = [Job(1000 + i, "a", failed=True, runs=1, code="24000", message=PORTAL) for i in range(5)]
    found = list(jobs.findings(facts(jobs=[*looks, Job(1009, "b", failed=True, code="22012", message="no")])))
    assert sorted(each.severity for each in found) == [ERROR, WARNING]


def test_an_owner_with_an_odd_name_is_quoted_in_the_remedy() -> None:
    found = list(jobs.findings(facts(jobs=[Job(1, "a", owner="Odd One", owner_login=False)])))
    assert '"Odd One"' in found[0].remedy


# -------------------------------------------------------------------------------------------------------- retention
@pytest.mark.parametrize(("start", "lag", "bad"), [("3 days", "90 days", False), ("3 days", "3 days", True),
                                                   ("30 days", "7 days", True), (None, "7 days", True)])  # fmt: skip
def test_a_refresh_reaches_no_further_than_its_source(start: str | None, lag: str, bad: bool) -> None:
    look = facts(
        {
            "aggregate": {"public.hourly": aggregate("hourly", "checks")},
            "refresh": {"public.hourly": refreshed(start)},
            "retention": {"public.checks": kept(lag)},
        }
    )
    assert said(retention.findings(look)) == ([(ERROR, "public.hourly")] if bad else [])
    assert all("job_id = 1007" in each.remedy for each in retention.findings(look))


def test_the_source_of_an_aggregate_may_be_an_aggregate() -> None:
    look = facts(
        {
            "aggregate": {
                "public.hourly": aggregate("hourly", "checks"),
                "public.daily": aggregate("daily", "internal._hourly"),
            },
            "refresh": {"public.daily": refreshed("30 days")},
            "retention": {"public.hourly": kept("10 days")},
        }
    )
    assert said(retention.findings(look)) == [(ERROR, "public.daily")]
    assert all("job_id = 1007" in each.remedy for each in retention.findings(look))


@pytest.mark.parametrize(("start", "lag", "bad"), [("3 days", "90 days", False), ("30 days", "7 days", True),
                                                   (None, "7 days", False)])  # fmt: skip
def test_an_aggregate_outlives_its_own_refresh(start: str | None, lag: str, bad: bool) -> None:
    look = facts(
        {
            "aggregate": {"public.hourly": aggregate("hourly", "checks")},
            "refresh": {"public.hourly": refreshed(start)},
            "retention": {"public.hourly": kept(lag)},
        }
    )
    assert said(retention.findings(look)) == ([(WARNING, "public.hourly")] if bad else [])
    assert all("job_id = 1007" in each.remedy for each in retention.findings(look))


@pytest.mark.parametrize(("after", "bad"), [("7 days", False), ("90 days", True), ("1 year", True)])
def test_the_columnstore_comes_before_the_end(after: str, bad: bool) -> None:
    look = facts(
        {
            "columnstore": {"public.checks": Found(Columnstore(after=Interval.parse(after)), {"job_id": 1007})},
            "retention": {"public.checks": kept("90 days")},
        }
    )
    assert said(retention.findings(look)) == ([(WARNING, "public.checks")] if bad else [])
    assert all("job_id = 1007" in each.remedy for each in retention.findings(look))


# ----------------------------------------------------------------------------------------------------- row security
@pytest.mark.parametrize(
    ("secured", "readers", "severity"), [(False, ["tenant"], None), (True, [], NOTE), (True, ["tenant"], ERROR)]
)
@pytest.mark.parametrize("stored", ["aggregate", "chain", "materialized view"])
def test_a_stored_result_over_row_security(
    stored: str, secured: bool, readers: list[str], severity: str | None
) -> None:
    aggregates = {"public.daily": aggregate("daily", "checks")}
    if stored == "chain":
        aggregates = {
            "public.hourly": aggregate("hourly", "checks"),
            "public.daily": aggregate("daily", "internal._hourly"),
        }
    plain = stored == "materialized view"
    look = facts(
        {"aggregate": {} if plain else aggregates},
        tables=[table("checks", row_security=secured)],
        sources={"public.daily": ["public.checks", "elsewhere.unseen"]} if plain else {},
        readers={"public.daily": readers} if readers else {},
    )
    found = [each for each in row_security.findings(look) if each.object == "public.daily"]
    assert [each.severity for each in found] == ([severity] if severity else [])


# ------------------------------------------------------------------------------------ undeclared, indexes, versions
@pytest.mark.parametrize("kind", ["retention", "refresh", "columnstore", "cron_job"])
def test_policies_that_are_not_in_the_ledger_are_noted(kind: str) -> None:
    live = {kind: {"public.ours": Found(None, {"job_id": 1}), "public.theirs": Found(None, {"job_id": 2})}}
    made = frozenset({(kind, "public.ours")})
    assert said(undeclared.findings(facts(live, ledger=True, made=made))) == [(NOTE, "public.theirs")]
    assert said(undeclared.findings(facts(live, ledger=False))) == []


def test_columnstore_settings_without_a_policy_are_no_policy() -> None:
    live = {"columnstore": {"public.theirs": Found(None, {"job_id": None})}}
    assert said(undeclared.findings(facts(live, ledger=True))) == []


def test_an_invalid_index_of_a_hypertable_is_made_anew_and_any_other_rebuilt() -> None:
    plain = InvalidIndex("public.a", "public", "Odd 100%", "CREATE INDEX ...")
    root = InvalidIndex("public.checks", "public", "bad", "CREATE INDEX bad ON public.checks USING btree (a)")
    look = facts(invalid=[plain, root], stores={"public.checks": Store("public.checks", "public.checks")})
    found = list(indexes.findings(look))
    assert said(found) == [(WARNING, 'public.a "Odd 100%"'), (WARNING, "public.checks bad")]
    assert found[0].remedy.startswith('REINDEX INDEX CONCURRENTLY public."Odd 100%"')
    assert found[1].remedy == f"DROP INDEX public.bad; then {root.definition}"
    assert said(indexes.findings(facts())) == []


@pytest.mark.parametrize(
    ("postgres", "timescaledb", "severity"),
    [(17, "2.29.2", None), (17, "2.19.3", WARNING), (15, "2.29.2", WARNING), (17, None, NOTE)],
)
def test_pairs_of_versions(postgres: int, timescaledb: str | None, severity: str | None) -> None:
    can = replace(COMMUNITY, postgres=postgres, timescaledb=timescaledb)
    assert [each.severity for each in versions.findings(facts(can=can))] == ([severity] if severity else [])


def test_a_good_system_has_no_finding_and_the_worst_comes_first() -> None:
    assert all_findings(facts(tables=[table("users")], jobs=[Job(1000, "fine", runs=1)])) == []
    found: list[Finding] = all_findings(
        facts(
            invalid=[InvalidIndex("public.a", "public", "bad", "")],
            jobs=[Job(1000, "a", failed=True)],
            can=replace(COMMUNITY, timescaledb=None),
        )
    )
    assert [each.severity for each in found] == [ERROR, WARNING, NOTE]
