"""What the Apache edition offers in place of what it lacks: wanted values translated to wanted values.

Retention becomes a pg_cron job that calls ``drop_chunks``; a continuous aggregate becomes a materialized view that a
pg_cron job refreshes whole; a job of the user's becomes a pg_cron job that calls its procedure; what works on a
columnstore, and a reorder policy, is skipped, and the output says so. The way back is here too, so that a live cron job
is shown as what it stands for. On the Community edition nothing is translated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ...units import BadInterval, Interval
from ..capabilities import APACHE, Capabilities
from ..declared.composition import Declared
from ..kind import Found, Part
from ..kinds.aggregate.wanted import Aggregate
from ..kinds.cron_job.wanted import CronJob, every, expression
from ..kinds.job.wanted import Job
from ..kinds.materialized_view.wanted import MaterializedView
from ..kinds.refresh.wanted import Policy, Refresh
from ..kinds.retention.wanted import Retention

Find = Callable[[Part], Found | None]

_DROP = re.compile(
    r"SELECT drop_chunks\('(?P<table>(?:[^']|'')+)', (?:(?P<made>created_before => )?interval '(?P<lag>[^']+)'"
    r"|(?P<now>.+\(\)) - (?P<number>\d+))\)\Z",
    re.S,
)
_CALL = re.compile(r"CALL (?P<procedure>.+)\(0, (?:'(?P<config>(?:[^']|'')*)'|NULL)::jsonb\)\Z", re.S)
SKIPPED = ("columnstore", "reorder", "compaction", "chunk_skipping")
"""Kinds that the fallback leaves out: they change how rows are stored, not which rows there are."""


@dataclass(frozen=True)
class Edition:
    """Which translation holds: none, or the fallback."""

    fallback: bool

    def parts(self, declared: Declared) -> tuple[Part, ...]:
        """The parts that are really made on this edition."""
        if not self.fallback:
            return declared.parts
        made = tuple(made for part in declared.parts for made in self._translate(part, declared))
        if (
            declared.kind != "job" and declared.parts[0].value is None
        ):  # what is dropped takes its jobs along, which pg_cron does not know
            jobs = ("retention", "refresh")
            made += tuple(Part("cron_job", f"tsdb {job} {declared.key}", None) for job in jobs)
        return made

    def found(self, part: Part, declared: Declared, find: Find) -> Found | None:
        """The live value of a declared part, through its translation where it has one."""
        if not self.fallback or part.kind not in ("retention", "aggregate", "refresh", "job", *SKIPPED):
            return find(part)
        made = self._translate(part, declared)
        if not made:  # left out on this edition: as wanted, and the notes say so
            return None if part.value is None else Found(part.value)
        live = find(made[0])
        if live is None:
            return None
        if part.kind == "aggregate":
            wanted = part.value or Aggregate("")
            return Found(replace(wanted, query=live.value.query, owner=live.value.owner), live.facts)
        if part.kind == "job":
            return _job(part, live)
        return _retention(part, declared, live) if part.kind == "retention" else _refresh(part, live)

    def _translate(self, part: Part, declared: Declared) -> tuple[Part, ...]:
        if part.kind == "retention":
            if declared.kind == "continuous_aggregate":
                return ()  # the view is recomputed from raw data, so the raw retention bounds it (see the rule)
            return (Part("cron_job", f"tsdb retention {part.key}", _retention_job(part, declared)),)
        if part.kind in SKIPPED:
            return ()
        if part.kind == "job":
            return (Part("cron_job", f"tsdb job {part.key}", _called(part.value)),)
        if part.kind == "aggregate":
            value = part.value and MaterializedView(part.value.query, part.value.owner)
            return (Part("materialized_view", part.key, value),)
        if part.kind == "refresh":
            return (Part("cron_job", f"tsdb refresh {part.key}", _refresh_job(part)),)
        return (part,)


def edition(can: Capabilities, apache_fallback: bool) -> Edition:
    """The translation for a server: only where the edition is Apache and the fallback was asked for."""
    return Edition(can.edition == APACHE and apache_fallback)


def skipped(declared: Sequence[Declared]) -> list[str]:
    """What the fallback leaves out or does otherwise, a sentence each."""

    def keys(kind: str) -> str:
        return ", ".join(each.key for each in declared for part in each.parts if part.kind == kind and part.value)

    notes = []
    if keys("columnstore"):
        notes.append(f"Apache edition: columnstore skipped, rows stay uncompressed: {keys('columnstore')}")
    for kind in SKIPPED[1:]:
        if keys(kind):
            notes.append(f"Apache edition: {kind.replace('_', ' ')} skipped: {keys(kind)}")
    if keys("aggregate"):
        notes.append(f"Apache edition: views recomputed whole, kept as long as the raw data: {keys('aggregate')}")
    return notes


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _retention_job(part: Part, declared: Declared) -> CronJob | None:
    if part.value is None:
        return None
    lag = part.value.drop_after
    if isinstance(lag, int):  # drop_chunks takes a moment, not an age, where time is a number
        age = f"{_now(declared)}() - {lag}"
    else:
        age = f"{'created_before => ' if part.value.by_creation else ''}interval {_literal(str(lag))}"
    schedule = expression(part.value.schedule) or ""
    return CronJob(schedule, f"SELECT drop_chunks({_literal(part.key)}, {age})", None, part.value.enabled)


def _now(declared: Declared) -> str:
    """The function that tells integer time; a rule has seen that it is declared."""
    table = next((part.value for part in declared.parts if part.kind == "hypertable"), None)
    return str(table and table.integer_now)


def _retention(part: Part, declared: Declared, live: Found) -> Found:
    match = _DROP.match(live.value.command)
    lag: Interval | int | str = live.value.command  # a command that is not ours is shown as it is
    if match and match["table"].replace("''", "'") == part.key:
        try:
            if match["lag"]:
                lag = Interval.parse(match["lag"])
            elif match["now"] == f"{_now(declared)}()":
                lag = int(match["number"])
        except BadInterval:
            lag = live.value.command
    schedule = every(live.value.schedule) or live.value.schedule
    by_creation = bool(match and match["made"]) and not isinstance(lag, str)
    return Found(Retention(lag, schedule, live.value.enabled, by_creation), live.facts)


def _called(job: Job | None) -> CronJob | None:
    """The call of a user's procedure; TimescaleDB would give it the job's id, here it is 0."""
    if job is None:
        return None
    config = "NULL" if job.config is None else _literal(job.config)
    schedule = expression(job.schedule) if isinstance(job.schedule, Interval) else job.schedule
    return CronJob(schedule or "", f"CALL {job.procedure}(0, {config}::jsonb)", job.owner, job.enabled)


def _job(part: Part, live: Found) -> Found:
    """What cron has no word for is as declared: a rule refuses what would matter."""
    match = _CALL.match(live.value.command)
    wanted: Job = part.value or Job("", Interval())
    procedure, config = live.value.command, None
    if match:
        procedure = match["procedure"]
        config = None if match["config"] is None else match["config"].replace("''", "'")
    schedule = every(live.value.schedule) or live.value.schedule
    shown = replace(wanted, procedure=procedure, config=config, schedule=schedule)
    return Found(replace(shown, enabled=live.value.enabled, owner=live.value.owner), live.facts)


def _refresh_job(part: Part) -> CronJob | None:
    if part.value is None or not part.value.policies:
        return None
    policy = min(part.value.policies, key=lambda each: each.schedule.total_microseconds)
    command = f"REFRESH MATERIALIZED VIEW CONCURRENTLY {part.key}"
    return CronJob(expression(policy.schedule) or "", command, None, policy.enabled)


def _refresh(part: Part, live: Found) -> Found:
    """The job has a schedule and can be switched off; the windows are the declared ones, as the whole is refreshed."""
    wanted: Refresh = part.value or Refresh(())
    expected = _refresh_job(part)
    schedule = every(live.value.schedule) or live.value.schedule
    if not wanted.policies or expected is None:
        return Found(Refresh((Policy(None, None, schedule, live.value.enabled),)), live.facts)
    if expected.schedule == live.value.schedule and expected.command == live.value.command:
        if expected.enabled == live.value.enabled:
            return Found(wanted, live.facts)
        schedule = wanted.policies[0].schedule
    shown = live.value.command if expected.command != live.value.command else schedule
    policies = tuple(each._replace(schedule=shown, enabled=live.value.enabled) for each in wanted.policies)
    return Found(Refresh(policies), live.facts)
