"""The figures of each hypertable and aggregate, whether or not anything is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass

from .checks.columnstore import waiting
from .facts import Facts
from .reading.jobs import COLUMNSTORE


@dataclass(frozen=True)
class Figures:
    """chunks, converted, waiting: counts, waiting being those that the columnstore policy ought to have taken. bytes:
    about, as last counted. newest_bytes: of its newest chunk with indexes, 0 where no rows arrive, None where not
    measured. ratio: of what is converted. watermark: the end of an aggregate's newest bucket, in seconds since 1970 or
    a number."""

    object: str
    chunks: int
    bytes: int
    newest_bytes: int | None
    converted: int
    waiting: int | None
    ratio: float | None
    watermark: float | None


def figures(facts: Facts) -> list[Figures]:
    """By size, the largest first."""
    jobs = {job.relation: job for job in facts.jobs if job.procedure == COLUMNSTORE}
    found = []
    for name, store in facts.stores.items():
        fresh = facts.aggregates.get(name)
        found.append(
            Figures(
                name,
                len(store.chunks),
                store.bytes,
                store.active,
                sum(each.converted for each in store.chunks),
                len(waiting(store, jobs[name])) if name in jobs else None,
                round(store.before / store.after, 1) if store.before and store.after else None,
                fresh.watermark if fresh else None,
            )
        )
    return sorted(found, key=lambda each: (-each.bytes, each.object))
