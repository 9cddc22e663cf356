"""Chunks that wait for the columnstore, and columnstores that save little."""

from __future__ import annotations

from collections.abc import Iterator

from ....database.plan.loss import size
from ..effect import Effect, judge
from ..facts import Facts
from ..finding import NOTE, WARNING, Finding
from ..reading.freshness import amount
from ..reading.jobs import COLUMNSTORE, Job
from ..reading.stores import Chunk, Store
from ..words import literal, moment, plural

LATE = 2  # a chunk waits when two runs of the policy did not take it
POOR = 2.0  # the vendor promises 10:1 and more; below this the columnstore mostly costs
SOME = 3  # chunks; fewer tell nothing
ENOUGH_BYTES = 10 * 1024**2  # a few rows compress badly, whatever they are


def findings(facts: Facts) -> Iterator[Finding]:
    """Each hypertable and aggregate with a columnstore."""
    jobs = {job.relation: job for job in facts.jobs if job.procedure == COLUMNSTORE}
    with_columnstore = [each for name, each in facts.stores.items() if name in facts.snapshot.found["columnstore"]]
    # the one with the most to do first
    for store in sorted(with_columnstore, key=lambda each: (-_unconverted(each), each.name)):
        name = store.name
        job = jobs.get(name)
        # a run without effect is told of the job
        if job is not None and job.scheduled and judge(job, facts).effect is not Effect.MISSING:
            yield from _backlog(store, job, waiting(store, job))
        if job is None and len(store.chunks) >= SOME and not any(chunk.converted for chunk in store.chunks):
            add = f"CALL add_columnstore_policy({literal(name)}, after => interval '7 days')"
            what = "has a columnstore without a policy, and no chunk was ever converted"
            yield Finding(NOTE, name, what, f"{add}, or declare columnstore.after")
        yield from _ratio(store)


def waiting(store: Store, job: Job) -> list[Chunk]:
    """The chunks that the policy ought to have converted by now."""
    if job.lag is None or store.now is None:
        return []
    grace = 0.0 if store.integer and not job.by_creation else LATE * job.interval_seconds
    now = store.now
    boundary = now - amount(job.lag) - grace - store.slack
    ages = {chunk: chunk.made or now if job.by_creation else chunk.end for chunk in store.chunks}
    return [chunk for chunk in store.chunks if not chunk.converted and ages[chunk] <= boundary]


def _unconverted(store: Store) -> int:
    return sum(not each.converted for each in store.chunks)


def _backlog(store: Store, job: Job, chunks: list[Chunk]) -> Iterator[Finding]:
    if not chunks:
        return
    wait = "waits" if len(chunks) == 1 else "wait"
    since = moment(min(each.end for each in chunks), store.integer)
    known = sum(each.bytes for each in chunks)  # 0 before the first VACUUM or ANALYZE
    held = f"{plural(len(chunks), 'chunk')}{f' ({size(known)})' if known else ''} older than {job.lag}"
    what = f"{held} {wait} for the columnstore, the oldest of {since}"
    yield Finding(WARNING, store.name, what, f"CALL run_job({job.id}), and watch timescaledb_information.job_stats")


def _ratio(store: Store) -> Iterator[Finding]:
    if not store.before or not store.after or store.before < ENOUGH_BYTES:
        return
    ratio = store.before / store.after
    if ratio >= POOR:
        return
    what = f"its columnstore saves little: {size(store.before)} became {size(store.after)}, {ratio:.1f}:1"
    alter = f"ALTER {'MATERIALIZED VIEW' if store.aggregate else 'TABLE'} {store.name} SET "
    how = "(timescaledb.segmentby = '...', timescaledb.orderby = '...')"
    yield Finding(WARNING, store.name, what, f"{alter}{how}: segment by a column with many rows a value, order by time")
