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
from .context import Context

ID = "apache-edition"
_TSL = {"retention": "retention", "columnstore": "columnstore", "aggregate": "continuous aggregate", "refresh": ""}


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


def _schedules(context: Context, each: Declared) -> Iterator[str]:
    for part in each.parts:
        wanted: list[Interval] = []
        if part.kind == "retention" and each.kind == "hypertable" and part.value and part.value.schedule:
            wanted = [part.value.schedule]
        if part.kind == "refresh" and part.value:
            wanted = [policy.schedule for policy in part.value.policies]
        for schedule in wanted:
            if expression(schedule) is None:
                yield (
                    f"{each.key}: {part.kind} every {schedule} cannot be a cron schedule; write a divisor of an hour "
                    f'or of a day, "1 day" or "7 days"'
                )
        if part.kind in ("retention", "refresh") and part.value is not None and not context.can.cron_here:
            yield (
                f"{each.key}: {part.kind} on the Apache edition needs pg_cron in this database; preload pg_cron and "
                f"set cron.database_name={context.can.database}"
            )


def _aggregate(context: Context, each: Declared) -> Iterator[str]:
    aggregate = next((part for part in each.parts if part.kind == "aggregate" and part.value is not None), None)
    if aggregate is None:
        return
    if aggregate.value.real_time:
        yield f"{each.key}: real_time cannot be had on the Apache edition; set real_time=False"
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
