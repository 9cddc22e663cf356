"""Chunks that are too large for memory, too many for the lock table, or too small to be worth planning."""

from __future__ import annotations

from collections.abc import Iterator

from ....database.plan.loss import size
from ..facts import Facts
from ..finding import NOTE, WARNING, Finding
from ..reading.stores import Store
from ..words import duration, literal, plural

MANY = 1000
SMALL_BYTES = 1024**2


def findings(facts: Facts) -> Iterator[Finding]:
    """The newest chunks together against memory, each hypertable's number against the lock table."""
    yield from _memory(facts)
    for _, store in sorted(facts.stores.items()):
        yield from _locks(facts, store)
        yield from _small(store)


def _memory(facts: Facts) -> Iterator[Finding]:
    """One chunk of every active hypertable, indexes included, should fit in a quarter of memory (hypertable docs).

    No statement reads the memory, so it is judged by --memory, else by shared_buffers, which tuning makes a quarter.
    """
    if facts.given.memory is not None:
        room, said = facts.given.memory // 4, f"a quarter of the memory ({size(facts.given.memory // 4)})"
    elif facts.workers is not None:
        room = facts.workers.buffers
        said = f"shared_buffers ({size(room)}, taken for a quarter of the memory, which no statement reads)"
    else:
        return
    active = sorted((each for each in facts.stores.values() if each.active), key=lambda each: -(each.active or 0))
    total = sum(each.active or 0 for each in active)
    if total <= room:
        return
    largest = ", ".join(f"{each.name} {size(each.active or 0)}" for each in active[:3])
    first = active[0]
    what = f"the newest chunks take {size(total)} with indexes, more than {said}; the largest: {largest}"
    shorter = f"SELECT set_chunk_time_interval({_target(first)}, {_interval(first, room / total)})"
    about = plural(len(active), "active hypertable")
    yield Finding(WARNING, about, what, f"{shorter}, which holds for new chunks, or more memory")


def _interval(store: Store, share: float) -> str:
    """A shorter interval in the same proportion, in whole units."""
    if store.integer:
        return f"{max(1, int(store.interval * share))}"
    seconds = store.interval * share
    unit = next((each for each in (86400, 3600, 60) if seconds >= each), 60)
    return f"interval '{duration(max(unit, seconds // unit * unit))}'"


def _target(store: Store) -> str:
    """The functions of a hypertable take an aggregate's materialization table."""
    return literal(store.own if store.aggregate else store.name)


def _locks(facts: Facts, store: Store) -> Iterator[Finding]:
    """A query that plans over all chunks locks each and its indexes (runtime-config-locks in PostgreSQL's manual)."""
    if facts.workers is None:
        return
    needed = sum(1 + each.indexes for each in store.chunks)
    if needed <= facts.workers.locks:
        return
    what = (
        f"a query over all of its {plural(len(store.chunks), 'chunk')} takes {needed:,} locks, and the server has room "
        f'for {facts.workers.locks:,}: it ends with "out of shared memory"'
    )
    more = "ALTER SYSTEM SET max_locks_per_transaction = 1024, and restart the server; or longer chunks"
    yield Finding(WARNING, store.name, what, more)


def _small(store: Store) -> Iterator[Finding]:
    rows = [each for each in store.chunks if not each.converted]
    if len(store.chunks) < MANY or len(rows) < MANY // 2:
        return
    middle = sorted(each.bytes for each in rows)[len(rows) // 2]
    if middle < SMALL_BYTES:
        longer = f"{store.interval * 10:.0f}" if store.integer else f"interval '{duration(store.interval * 10)}'"
        what = (
            f"has {plural(len(store.chunks), 'chunk')}, the middle one of {size(middle)}; planning looks at every one"
        )
        yield Finding(NOTE, store.name, what, f"SELECT set_chunk_time_interval({_target(store)}, {longer})")
