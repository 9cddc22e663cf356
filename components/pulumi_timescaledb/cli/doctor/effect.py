"""What a policy's last run left behind, which tells more than the status it was recorded with."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from .facts import Facts
from .reading.freshness import Freshness, amount
from .reading.jobs import COLUMNSTORE, REFRESH, RETENTION, Job
from .reading.stores import Chunk, Store
from .words import moment, plural


class Effect(Enum):
    """DONE: what was due is done, and something was due. MISSING: it is not done. UNKNOWN: neither can be said."""

    DONE = "done"
    MISSING = "missing"
    UNKNOWN = "unknown"


class Verdict(NamedTuple):
    """An effect and the words for what it was judged by."""

    effect: Effect
    words: str = ""


UNKNOWN = Verdict(Effect.UNKNOWN)


def judge(job: Job, facts: Facts) -> Verdict:
    """The effect of a policy's last run; a job of the user's own cannot be judged."""
    if job.running or job.started is None:
        return UNKNOWN
    if job.procedure == REFRESH:
        fresh = facts.aggregates.get(job.relation)
        return UNKNOWN if fresh is None else _refresh(fresh)
    store = facts.stores.get(job.relation)
    if job.procedure not in (RETENTION, COLUMNSTORE) or store is None or job.lag is None:
        return UNKNOWN
    return _chunks(job, store, job.started, amount(job.lag))


def _refresh(fresh: Freshness) -> Verdict:
    if fresh.due is not None:
        return Verdict(Effect.MISSING, f"rows wait since {moment(fresh.due.start or fresh.due.end, fresh.integer)}")
    if fresh.looked and fresh.current and fresh.watermark is not None:
        return Verdict(Effect.DONE, f"it is materialized up to {moment(fresh.watermark, fresh.integer)}")
    return UNKNOWN


def _chunks(job: Job, store: Store, started: float, lag: float) -> Verdict:
    """Judge by the chunks that were due when the run began: none may be left, and some must have been there."""
    integer = store.integer and not job.by_creation
    now = store.now if integer else started  # where time is a number, the slack covers what passed since the run
    if now is None:
        return UNKNOWN
    boundary = now - lag - (60.0 if job.by_creation else store.slack)

    def age(chunk: Chunk) -> float:
        return (chunk.made or started) if job.by_creation else chunk.end

    converts = job.procedure == COLUMNSTORE
    there = [chunk for chunk in store.chunks if chunk.made is None or chunk.made < started]
    left = [chunk for chunk in there if age(chunk) <= boundary and not (converts and chunk.converted)]
    if left:
        oldest = moment(min(map(age, left)), integer)
        words = f"{plural(len(left), 'chunk')} older than {job.lag} {'is' if len(left) == 1 else 'are'} still"
        return Verdict(Effect.MISSING, f"{words} {'not converted' if converts else 'there'}, the oldest of {oldest}")
    recently = boundary - 2 * store.interval - store.slack
    if converts:
        converted = [age(chunk) for chunk in there if chunk.converted and recently <= age(chunk) <= boundary]
        words = "every chunk that was due is converted"
        return Verdict(Effect.DONE, words) if converted else UNKNOWN
    oldest_kept = min(map(age, there), default=None)
    # a table that begins just where the policy cuts has been cut
    if oldest_kept is not None and oldest_kept <= boundary + 2 * store.interval + store.slack:
        return Verdict(Effect.DONE, f"no chunk older than {job.lag} is left")
    return UNKNOWN
