"""Policies that work against each other: what one makes or needs, another has dropped."""

from __future__ import annotations

from collections.abc import Iterator

from ....units import Interval
from ..facts import Facts
from ..finding import ERROR, WARNING, Finding


def findings(facts: Facts) -> Iterator[Finding]:
    """Raw data that expires inside the refresh window, an aggregate that expires inside its own, and a columnstore
    that comes too late for anything to be converted. The server refuses none of them (measured)."""
    yield from _refreshed_away(facts)
    yield from _made_again(facts)
    yield from _never_converted(facts)


def _refreshed_away(facts: Facts) -> Iterator[Finding]:
    """Compare each refresh start with the retention of its source; an aggregate's source may be an aggregate."""
    snapshot = facts.snapshot
    by_table = {str(each.facts["materialization"]): name for name, each in snapshot.found["aggregate"].items()}
    for name, found in snapshot.found["aggregate"].items():
        source = str(found.facts["source"])
        source = by_table.get(source, source)
        refresh, retention = snapshot.get("refresh", name), snapshot.get("retention", source)
        if refresh is None or retention is None:
            continue
        for job, policy in refresh.facts["jobs"]:
            start = "the beginning" if policy.start_offset is None else str(policy.start_offset)
            if policy.start_offset is None or _reaches(policy.start_offset, retention.value.drop_after):
                yield Finding(
                    ERROR,
                    name,
                    f"is refreshed from {start}, but {source} keeps only {retention.value.drop_after}, so refreshes "
                    f"delete buckets",
                    _shorter(job, "start_offset", retention.value.drop_after),
                )


def _made_again(facts: Facts) -> Iterator[Finding]:
    snapshot = facts.snapshot
    for name in snapshot.found["aggregate"]:
        refresh, retention = snapshot.get("refresh", name), snapshot.get("retention", name)
        if refresh is None or retention is None:
            continue
        lag = retention.value.drop_after
        for job, policy in refresh.facts["jobs"]:
            # an unbounded refresh computes only what changed, so what was dropped stays dropped
            if policy.start_offset is not None and _reaches(policy.start_offset, lag):
                yield Finding(
                    WARNING,
                    name,
                    f"is dropped after {lag}, inside the window that it is refreshed over",
                    f"{_shorter(job, 'start_offset', lag)}, or keep the aggregate longer",
                )


def _never_converted(facts: Facts) -> Iterator[Finding]:
    snapshot = facts.snapshot
    for name, found in snapshot.found["columnstore"].items():
        retention, after = snapshot.get("retention", name), found.value.after
        if retention is not None and after is not None and _reaches(after, retention.value.drop_after):
            yield Finding(
                WARNING,
                name,
                f"is converted to the columnstore after {after} but dropped after {retention.value.drop_after} already",
                _shorter(found.facts["job_id"], "compress_after", retention.value.drop_after),
            )


def _shorter(job: int, key: str, lag: Interval | int | str) -> str:
    """The statement that changes one key of a policy's job in place; the value is the reader's to choose."""
    config = f"config => jsonb_set(config, '{{{key}}}', '\"...\"')"
    where = f"FROM timescaledb_information.jobs WHERE job_id = {job}"
    return f"SELECT alter_job(job_id, {config}) {where}, with less than {lag}"


def _reaches(start: Interval | int, lag: Interval | int | str) -> bool:
    if isinstance(start, Interval) and isinstance(lag, Interval):
        return start >= lag
    return isinstance(start, int) and isinstance(lag, int) and start >= lag
