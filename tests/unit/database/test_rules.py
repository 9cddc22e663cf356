"""Rules: what two objects must agree on, each with contexts that pass it and contexts that do not.

Not proved here: that TimescaleDB really behaves as a rule says; each rule's file names the measurement or source.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pulumi_timescaledb.database.arguments import BadArgument
from pulumi_timescaledb.database.capabilities import Capabilities
from pulumi_timescaledb.database.kind import Change, ChangeClass, Found
from pulumi_timescaledb.database.kinds.retention.wanted import Retention
from pulumi_timescaledb.database.kinds.role.wanted import Role
from pulumi_timescaledb.database.plan import rules
from pulumi_timescaledb.database.plan.rules import NOTES, RULES, advice, violations
from pulumi_timescaledb.database.plan.rules.context import Context
from pulumi_timescaledb.units import Interval

from . import contexts_of_jobs, more_rule_cases, rule_cases, rules_of_changes, rules_of_rights
from .worlds import CAN, HOURLY, ON_APACHE, READINGS, context, snapshot, table

MIGRATIONS: dict[str, Any] = {"kind": "migrations", "directory": "migrations", "files": {"001.sql": "aa"}}
PENDING = [Change("migrations", "migrations", "create", "001.sql", None, "aa")]
CRON: dict[str, Any] = {"kind": "extension", "name": "pg_cron"}
WINDOW = {"start_offset": "3 days", "end_offset": "1 hour", "schedule": "1 hour"}
HEALTHY = snapshot(tables=table("readings"))
SECURED = snapshot(tables=table("readings", row_security=True))
ON_CRON = snapshot(can=ON_APACHE, tables=table("readings"))


def hyper(**more: Any) -> dict[str, Any]:
    """The hypertable readings with more arguments."""
    return {**READINGS, **more}


def hourly(**more: Any) -> dict[str, Any]:
    """The aggregate hourly over readings with more arguments."""
    return {**HOURLY, **more}


def apache(**more: Any) -> Capabilities:
    """An Apache server with pg_cron that differs in some facts."""
    return replace(ON_APACHE, **more)


def key(*columns: str) -> Context:
    """readings with a unique key over these columns in the database."""
    look = snapshot(tables=table("readings", unique_keys=(("readings_key", frozenset(columns)),)))
    return context([hyper()], look)


def unique(*columns: str) -> Context:
    """readings with a declared unique index over these columns."""
    return context([hyper(indexes=[{"name": "one", "columns": list(columns), "unique": True}])], HEALTHY)


def owned(login: bool, *, declared: dict[str, Any] | None = None, **more: Any) -> Context:
    """readings with a retention, owned by keeper, who can log in or not; keeper may be declared too."""
    found = {"keeper": Found(Role(login=login))}
    look = snapshot(tables=table("readings", owner="keeper"), role=found)
    roles = [] if declared is None else [{"kind": "role", "name": "keeper", **declared}]
    return context([*roles, hyper(retention={"drop_after": "9 days"})], look, **more)


def kept(raw: str, own: str | None, **more: Any) -> Context:
    """On the fallback, raw data kept so long and an aggregate kept so long."""
    retention = {} if own is None else {"retention": {"drop_after": own}}
    return context([hyper(retention={"drop_after": raw}), hourly(**retention, **more)], ON_CRON, fallback=True)


def coming(login: bool) -> Context:
    """readings with a retention, to be made by a migration that runs as keeper, who can log in or not."""
    roles = {"keeper": Found(Role(login=login), {"acts": True, "may_set": True})}
    return context(
        [{**MIGRATIONS, "owner": "keeper"}, hyper(retention={"drop_after": "9 days"})],
        snapshot(role=roles),
        changes=PENDING,
    )


def refreshed(start: str, keep: str | None, **more: Any) -> Context:
    """An aggregate refreshed from a start over raw data that is kept so long."""
    retention = {} if keep is None else {"retention": {"drop_after": keep}}
    window = {**WINDOW, "start_offset": start, "end_offset": "30" if start.isdigit() else "1 hour"}
    return context([hyper(**retention), hourly(refresh=[window])], HEALTHY, **more)


def live_retention(start: str) -> Context:
    """The same, with a live retention of 7 days that nobody declares."""
    found = {"public.readings": Found(Retention(Interval(days=7)))}
    look = snapshot(tables=table("readings"), retention=found)
    return context([hyper(), hourly(refresh=[{**WINDOW, "start_offset": start}])], look)


def impossible(kind: str) -> Change:
    """A change that cannot be made."""
    return Change(kind, "public.readings", "alter", "field", 1, 2, ChangeClass.IMPOSSIBLE, "the remedy")


OLD_CRON = replace(CAN, cron=None, cron_available="1.6", cron_database="postgres")
GOOD: dict[str, list[Context]] = {
    "available-extensions": [
        context([{"kind": "extension", "name": "timescaledb"}, {"kind": "extension", "name": "postgis"}]),
        context([CRON], snapshot(can=ON_APACHE)),
        context([CRON], snapshot(can=replace(OLD_CRON, cron_database="app"))),
        context([CRON], snapshot(can=replace(OLD_CRON, cron="1.6"))),
        context([{**CRON, "absent": True}]),
    ],
    "apache-edition": [
        context([hyper(retention={"drop_after": "1 day"}), hourly()], HEALTHY),
        context([hyper(retention={"absent": True}, columnstore={"absent": True})], ON_CRON),
        context([hyper(retention={"drop_after": "1 day"}, columnstore={"after": "1 day"})], ON_CRON, fallback=True),
        context([hourly(refresh=[WINDOW])], ON_CRON, fallback=True),
        context([hourly(retention={"drop_after": "1 day", "schedule": "2 days"})], ON_CRON, fallback=True),
        kept("90 days", "90 days"),
        kept("90 days", "30 days"),
        kept("3 months", "90 days"),
        context([hyper(retention={"drop_after": "1 day"})], snapshot(can=apache(cron=None)), fallback=True),
    ],
    "tables-exist": [
        context([hyper(), hourly()], HEALTHY),
        context([MIGRATIONS, hyper(), hourly()], changes=PENDING),
        context([hyper(columnstore={"segment_by": ["device"], "order_by": [{"column": "value"}]})], HEALTHY),
        context([hyper(time_column="new")], HEALTHY, changes=PENDING),
        context([{**HOURLY, "source": "other"}], snapshot(tables=table("other"))),
        context([hyper()], snapshot(tables=table("readings", rows=10), hypertable={"public.readings": Found(None)})),
        context([{"kind": "hypertable", "table": "readings", "absent": True}]),
    ],
    "partition-columns": [
        key("at", "id"),
        unique("device", "at DESC"),
        unique('"at"'),
        context([hyper(indexes=[{"name": "one", "columns": ["device"]}])], HEALTHY),
        context([hyper(indexes=[{"name": "one", "absent": True}])], HEALTHY),
    ],
    "row-security": [
        context([hyper(columnstore={"after": "1 day"}), hourly()], HEALTHY),
        context([hyper(columnstore={"absent": True})], SECURED),
        context([hyper()], SECURED),
        context([hyper(columnstore={"after": "1 day"})], replace(SECURED, capabilities=ON_APACHE), fallback=True),
    ],
    "job-owner": [
        owned(True),
        owned(False, fallback=True),
        owned(False, declared={"login": True}),
        owned(True, declared={}),
        context([hyper(owner="keeper")], HEALTHY),
        context([hyper(owner="new", retention={"drop_after": "1 day"})], HEALTHY),
        context([MIGRATIONS, hyper(retention={"drop_after": "1 day"})]),
        coming(True),
    ],
    "retention-and-refresh": [
        refreshed("3 days", "7 days"),
        refreshed("3 days", None),
        refreshed("unbounded", None),
        refreshed("500", "600"),
        refreshed("9 days", "7 days", fallback=True),
        live_retention("6 days"),
        context([hyper(retention={"absent": True}), hourly(refresh=[{**WINDOW, "start_offset": "unbounded"}])]),
    ],
    "impossible-changes": [
        context([], changes=[*PENDING, replace(impossible("role"), change_class=ChangeClass.DESTROYS)])
    ],
}
BAD: dict[str, list[tuple[Context, tuple[str, ...]]]] = {
    "available-extensions": [
        (context([CRON]), ("pg_cron", "image")),
        (
            context(
                [{"kind": "extension", "name": "timescaledb"}], snapshot(can=replace(CAN, timescaledb_available=None))
            ),
            ("timescaledb", "image"),
        ),
        (context([CRON], snapshot(can=OLD_CRON)), ("pg_cron", "cron.database_name=app")),
    ],
    "apache-edition": [
        (context([hyper(retention={"drop_after": "1 day"})], ON_CRON), ("public.readings", "apache_fallback=True")),
        (context([hyper(columnstore={"after": "1 day"})], ON_CRON), ("columnstore", "apache_fallback=True")),
        (context([hourly()], ON_CRON), ("public.hourly", "apache_fallback=True")),
        (
            context([hyper(retention={"drop_after": "1 day", "schedule": "2 days"})], ON_CRON, fallback=True),
            ("public.readings", "retention", "2 days"),
        ),
        (
            context([hourly(refresh=[{**WINDOW, "schedule": "5 hours"}])], ON_CRON, fallback=True),
            ("refresh", "5 hours"),
        ),
        (
            context(
                [hyper(retention={"drop_after": "1 day"})],
                snapshot(can=apache(cron=None, cron_database="postgres")),
                fallback=True,
            ),
            ("public.readings", "cron.database_name=app"),
        ),
        (context([hourly(real_time=True)], ON_CRON, fallback=True), ("public.hourly", "real_time=False")),
        (kept("90 days", "91 days"), ("public.hourly", "retention.drop_after", "90 days")),
        (kept("90 days", None), ("public.hourly", "retention.drop_after", "90 days")),
        (kept("90 days", "500"), ("public.hourly", "retention.drop_after")),
        (
            context(
                [
                    hyper(retention={"drop_after": "9 days"}),
                    hourly(retention={"drop_after": "9 days"}),
                    {**HOURLY, "name": "daily", "source": "hourly"},
                ],
                ON_CRON,
                fallback=True,
            ),
            ("public.daily", "9 days"),
        ),
    ],
    "tables-exist": [
        (context([hyper()]), ("public.readings", "migration")),
        (context([MIGRATIONS, hyper()]), ("public.readings", "migration")),
        (context([hyper()], snapshot(tables=table("readings", kind="v"))), ("public.readings", "view")),
        (context([hyper(time_column="when")], HEALTHY), ('"when"', "device")),
        (context([hyper(hash_dimensions=[{"column": "dev", "partitions": 2}])], HEALTHY), ('"dev"',)),
        (context([hyper(columnstore={"segment_by": ["site"]})], HEALTHY), ('"site"',)),
        (context([hyper(columnstore={"order_by": [{"column": "site"}]})], HEALTHY), ('"site"',)),
        (context([hyper()], snapshot(tables=table("readings", rows=10))), ("public.readings", "migrate_data")),
        (context([hourly()]), ("public.hourly", "public.readings")),
    ],
    "partition-columns": [
        (key("id"), ("public.readings", "readings_key", "at", "migration")),
        (unique("device"), ("public.readings", "one", "at", "columns")),
        (unique("data"), ("public.readings", "one", "at", "columns")),
        (
            context(
                [
                    hyper(
                        hash_dimensions=[{"column": "device", "partitions": 2}],
                        indexes=[{"name": "one", "columns": ["at"], "unique": True}],
                    )
                ],
                HEALTHY,
            ),
            ("public.readings", "one", "device"),
        ),
    ],
    "row-security": [
        (context([hyper(columnstore={"after": "1 day"})], SECURED), ("public.readings", "columnstore")),
        (context([hourly()], SECURED), ("public.hourly", "public.readings")),
        (context([hourly()], SECURED, fallback=True), ("public.hourly", "public.readings")),
    ],
    "job-owner": [
        (owned(False), ("public.readings", "keeper", "login=True")),
        (owned(False, declared={}), ("public.readings", "keeper", "login=True")),
        (coming(False), ("public.readings", "keeper", "login=True")),
        (owned(True, declared={"login": False}), ("public.readings", "keeper", "login=True")),
        (
            context([{"kind": "role", "name": "app", "login": False}, hourly(owner="app", refresh=[WINDOW])], HEALTHY),
            ("public.hourly", "app", "refresh", "login=True"),
        ),
    ],
    "retention-and-refresh": [
        (refreshed("7 days", "7 days"), ("public.hourly", "7 days", "refresh.start_offset")),
        (refreshed("3 months", "90 days"), ("public.hourly", "90 days", "refresh.start_offset")),
        (refreshed("unbounded", "7 days"), ("public.hourly", "7 days", "refresh.start_offset")),
        (refreshed("600", "7 days"), ("public.hourly", "600", "public.readings")),
        (live_retention("8 days"), ("public.hourly", "7 days", "refresh.start_offset")),
    ],
    "impossible-changes": [
        (
            context([], changes=[replace(impossible("extension"), action="create")]),
            ("extension", "public.readings", "the remedy"),
        ),
        (context([], changes=[impossible("hypertable")]), ("hypertable", "public.readings", "field", "the remedy")),
        (context([], changes=[impossible("migrations")]), ("migrations", "public.readings", "the remedy")),
    ],
}
GOOD |= rules_of_changes.GOOD
BAD |= rules_of_changes.BAD
GOOD |= contexts_of_jobs.GOOD
BAD |= contexts_of_jobs.BAD

GOOD |= rules_of_rights.GOOD
BAD |= rules_of_rights.BAD


GOOD = {
    rule: [*GOOD.get(rule, ()), *rule_cases.GOOD.get(rule, ()), *more_rule_cases.GOOD.get(rule, ())] for rule in RULES
}
BAD = {rule: [*BAD.get(rule, ()), *rule_cases.BAD.get(rule, ()), *more_rule_cases.BAD.get(rule, ())] for rule in RULES}


def test_the_list_of_rules_has_each_file_of_the_folder() -> None:
    """A rule that is not listed would never be asked, and its ID is its file's name."""
    folder = Path(rules.__file__).parent
    files = {path.stem.replace("_", "-") for path in folder.glob("*.py")} - {"--init--", "context"}
    assert set(RULES) | set(NOTES) == files
    assert [rule for rule in RULES if not GOOD[rule] or not BAD[rule]] == []
    assert set(rule_cases.GOOD) | set(rule_cases.BAD) | set(more_rule_cases.GOOD) | set(more_rule_cases.BAD) <= files
    assert set(NOTES) == set(contexts_of_jobs.QUIET) == set(contexts_of_jobs.SAID)


@pytest.mark.parametrize(("rule", "given"), [(rule, each) for rule in GOOD for each in GOOD[rule]])
def test_a_good_context_passes_its_rule(rule: str, given: Context) -> None:
    """A rule that refuses what works would have no way around it."""
    assert list(RULES[rule](given)) == []


@pytest.mark.parametrize(("rule", "given", "words"), [(rule, *each) for rule in BAD for each in BAD[rule]])
def test_a_bad_context_is_one_sentence(rule: str, given: Context, words: tuple[str, ...]) -> None:
    """It names the object and the remedy, is one line, and stands among all violations."""
    (sentence,) = RULES[rule](given)
    assert [word for word in words if word not in sentence] == []
    assert "\n" not in sentence
    assert sentence in violations(given)


@pytest.mark.parametrize(
    ("name", "given"), [(name, each) for name, rows in contexts_of_jobs.QUIET.items() for each in rows]
)
def test_a_context_without_anything_to_say_has_no_note(name: str, given: Context) -> None:
    """A note that is always there would not be read."""
    assert list(NOTES[name](given)) == []


@pytest.mark.parametrize(
    ("name", "given", "words"), [(name, *each) for name, rows in contexts_of_jobs.SAID.items() for each in rows]
)
def test_a_note_is_one_sentence_and_refuses_nothing(name: str, given: Context, words: tuple[str, ...]) -> None:
    """It names the object, stands among all advice, and no violation comes with it."""
    (sentence,) = NOTES[name](given)
    assert [word for word in words if word not in sentence] == []
    assert "\n" not in sentence
    assert sentence in advice(given)
    assert violations(given) == []


def test_every_violation_is_told_at_once() -> None:
    """A user who fixes one does not find the next only then."""
    refused = violations(context([CRON, hyper(), hourly(source="nothing", query="SELECT 1 FROM nothing")]))
    assert len(refused) == 3


def test_what_will_be_there_is_the_declared_value_or_else_the_live_one() -> None:
    """A declared absence counts as nothing, also where something is live."""
    found = {"public.readings": Found(Retention(Interval(days=7)))}
    look = snapshot(tables=table("readings"), retention=found)
    at = ("retention", "public.readings")
    assert context([], look).value(*at) == Retention(Interval(days=7))
    assert context([hyper(retention={"drop_after": "9 days"})], look).value(*at) == Retention(Interval(days=9))
    assert context([hyper(retention={"absent": True})], look).value(*at) is None
    assert context([], HEALTHY).value(*at) is None


def test_an_aggregate_over_itself_is_refused() -> None:
    """Its source would be what it makes."""
    with pytest.raises(BadArgument, match="source"):
        context([hourly(source="hourly")])
