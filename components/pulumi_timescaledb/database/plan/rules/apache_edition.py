"""The Apache edition lacks policies, columnstore and continuous aggregates (tsl/ in the TimescaleDB sources).

Without the fallback they are refused. With it, what the fallback cannot do honestly is refused: a view recomputed
from raw data loses what the raw data lost (measured: 400 rows became 123).
"""

from __future__ import annotations

from collections.abc import Iterator

from ....units import Interval
from ...capabilities import APACHE
from ...declared.composition import Declared
from ...kinds.cron_job.wanted import expression
from ...kinds.job.wanted import Job
from ...routines import JOB
from .context import Context

ID = "apache-edition"
_TSL = {
    "retention": "retention",
    "columnstore": "columnstore",
    "aggregate": "continuous aggregate",
    "refresh": "",
    "reorder": "reorder policy",
    "compaction": "compaction policy",
    "chunk_skipping": "chunk skipping",
    "job": "job",
    "partitioned_retention": "retention per key",
}
# what pg_cron has no word for, and what a job means without it
_CRON_LACKS = ("initial_start", "max_runtime", "max_retries", "retry_period", "check_config")


def check(context: Context) -> Iterator[str]:
    """Refuse what this edition has not, or what the fallback cannot stand in for."""
    if context.can.edition != APACHE:
        return
    for each in context.objects:
        if not context.fallback:
            lacking = [_TSL[part.kind] for part in each.parts if _TSL.get(part.kind) and part.value is not None]
            if lacking:
                yield (
                    f"{each.key}: {', '.join(lacking)} needs TimescaleDB's Community edition and this server has the "
                    f"Apache one; set apache_fallback=True, or use an image with the Community edition"
                )
            continue
        yield from _schedules(context, each)
        yield from _aggregate(context, each)
        if each.kind == "job" and each.parts[0].value is not None:
            yield from _job(context, each.key, each.parts[0].value)
        if each.kind == "partitioned_retention" and each.parts[0].value is not None:
            yield (
                f"partitioned retention {each.key}: its job needs TimescaleDB's Community edition; declare a job with "
                f"a procedure of your own, or use an image with the Community edition"
            )


def _schedules(context: Context, each: Declared) -> Iterator[str]:
    for part in each.parts:
        wanted: list[Interval] = []
        if part.kind == "retention" and each.kind == "hypertable" and part.value and part.value.schedule:
            wanted = [part.value.schedule]
        if part.kind == "refresh" and part.value:
            wanted = [policy.schedule for policy in part.value.policies]
        if part.kind == "job" and part.value and isinstance(part.value.schedule, Interval):
            wanted = [part.value.schedule]
        for schedule in wanted:
            if expression(schedule) is None:
                yield (
                    f"{each.key}: {part.kind} every {schedule} cannot be a cron schedule; write a divisor of an hour "
                    f'or of a day, "1 day" or "7 days"'
                )
        if part.kind in ("retention", "refresh", "job") and part.value is not None and not context.can.cron_here:
            yield (
                f"{each.key}: {part.kind} on the Apache edition needs pg_cron in this database; preload pg_cron and "
                f"set cron.database_name={context.can.database}"
            )


def _job(context: Context, name: str, job: Job) -> Iterator[str]:
    """A call without a start, a zone, bounds or a check; the procedure must be one, as cron runs a CALL."""
    lacking = [field for field in _CRON_LACKS if getattr(job, field) is not None]
    if job.timezone not in (None, "UTC", "GMT"):  # pg_cron's cron.timezone is one for the whole server
        lacking.append("timezone")
    if job.fixed_schedule is False:
        lacking.append("fixed_schedule=False")
    if lacking:
        yield (
            f"job {name}: {', '.join(lacking)} cannot be had from pg_cron, which stands for jobs on the Apache edition"
            f"; take it out, or use the Community edition"
        )
    routine = context.snapshot.routines.get((job.procedure, JOB))
    if routine is not None and not routine.procedure:
        yield (
            f"job {name}: {job.procedure} is a function, and pg_cron runs CALL on the Apache edition; "
            f"make it a procedure in a migration"
        )


def _aggregate(context: Context, each: Declared) -> Iterator[str]:
    aggregate = next((part for part in each.parts if part.kind == "aggregate" and part.value is not None), None)
    if aggregate is None:
        return
    if aggregate.value.real_time:
        yield f"{each.key}: real_time cannot be had on the Apache edition; set real_time=False"
    if aggregate.value.swap_in:
        yield f"{each.key}: swap_in has nothing to keep on the Apache edition, where the view is computed anew; omit it"
    raw = context.value("retention", _raw(context, each))
    own = next((part.value for part in each.parts if part.kind == "retention"), None)
    if raw is None:
        return
    if own is None or type(own.drop_after) is not type(raw.drop_after) or own.drop_after > raw.drop_after:
        kept = "for ever" if own is None else str(own.drop_after)
        yield (
            f"{each.key}: it is kept {kept} but its raw data only {raw.drop_after}, and on the Apache edition it is "
            f"recomputed from raw data and would lose the difference; set its retention.drop_after to at most "
            f"{raw.drop_after}, or use the Community edition"
        )


def _raw(context: Context, each: Declared) -> str:
    """The hypertable at the bottom of a chain of aggregates."""
    sources = {other.key: other.source for other in context.objects if other.source}
    key, seen = each.key, set()
    while key in sources and key not in seen:
        seen.add(key)
        key = sources[key]
    return key
