"""Aggregates that are behind what their policies promise, or that hold what no policy will ever bring up to date."""

from __future__ import annotations

from collections.abc import Iterator

from ..facts import Facts
from ..finding import NOTE, WARNING, Finding
from ..reading.freshness import Freshness, Span
from ..reading.jobs import REFRESH
from ..words import literal, moment
from .jobs import is_late


def findings(facts: Facts) -> Iterator[Finding]:
    """Each aggregate at most once for each of its three faults."""
    for name, fresh in sorted(facts.aggregates.items()):
        yield from _due(facts, name, fresh)
        if fresh.changed is not None:
            what = (
                f"rows of {_span(fresh.changed, fresh)} changed after they were materialized, before the window of "
                "every refresh policy, so its buckets stay wrong"
            )
            yield Finding(WARNING, name, what, _call(name, fresh.changed, fresh))
        if fresh.history is not None:
            end = moment(fresh.history.end, fresh.integer)
            what = f"rows before {end} were never materialized, and no refresh policy reaches back to them"
            yield Finding(NOTE, name, what, _call(name, fresh.history, fresh))


def _due(facts: Facts, name: str, fresh: Freshness) -> Iterator[Finding]:
    if fresh.due is None:
        return
    upto = "holds nothing yet" if fresh.watermark is None else f"ends at {moment(fresh.watermark, fresh.integer)}"
    if facts.snapshot.get("refresh", name) is None:
        what = f"has no refresh policy and {upto}, though there are newer rows"
        add = f"SELECT add_continuous_aggregate_policy({literal(name)}, start_offset => ..., end_offset => ..., "
        yield Finding(WARNING, name, what, f"{add}schedule_interval => ...), or declare refresh")
        return
    jobs = [job for job in facts.jobs if job.relation == name and job.procedure == REFRESH]
    if jobs and not any(job.runs or is_late(job) for job in jobs):
        return  # made a moment ago; its first run is still to come
    waiting = f"rows of {_span(fresh.due, fresh)} wait that its refresh policy ought to have taken"
    yield Finding(WARNING, name, f"is behind: it {upto}, and {waiting}", _call(name, fresh.due, fresh))


def _span(span: Span, fresh: Freshness) -> str:
    if span.start is None:
        return f"before {moment(span.end, fresh.integer)}"
    return f"{moment(span.start, fresh.integer)} to {moment(span.end, fresh.integer)}"


def _call(name: str, span: Span, fresh: Freshness) -> str:
    """Whole buckets: the server refuses a window that holds none, so it is wider by one on both sides."""
    start = "NULL" if span.start is None else _bound(span.start - fresh.bucket, fresh)
    return f"CALL refresh_continuous_aggregate({literal(name)}, {start}, {_bound(span.end + fresh.bucket, fresh)})"


def _bound(value: float, fresh: Freshness) -> str:
    return moment(value, True) if fresh.integer else f"'{moment(value)}'"
