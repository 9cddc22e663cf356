"""Hypertables without an index that begins with their time, and such indexes that nobody uses."""

from __future__ import annotations

from collections.abc import Iterator

from ....database.names import quoted
from ..facts import Facts
from ..finding import NOTE, WARNING, Finding
from ..reading.stores import Store
from ..words import duration, plural

OLD_ENOUGH = 7 * 86400  # seconds of statistics: a weekly report has run
SCANS = 1000  # a table that hardly anybody reads tells nothing


def findings(facts: Facts) -> Iterator[Finding]:
    """Each hypertable; the server gives an aggregate's table its own index."""
    for name, store in sorted(facts.stores.items()):
        if store.aggregate:
            continue
        if not store.indexed:
            column = quoted(store.column)
            what = f"no index begins with its time column {column}, so a query for a time alone reads whole chunks"
            yield Finding(WARNING, name, what, f"CREATE INDEX ON {name} ({column} DESC)")
        else:
            yield from _unused(facts, store)


def _unused(facts: Facts, store: Store) -> Iterator[Finding]:
    """Never scanned, on chunks that are older than a week, though the chunks are read often by other ways."""
    age = facts.statistics_age
    if age is None or age < OLD_ENOUGH or store.now is None:
        return
    since = facts.now - OLD_ENOUGH
    old = [each for each in store.chunks if not each.converted and each.made is not None and each.made < since]
    if sum(each.scans + each.index_scans for each in old) < SCANS or any(each.time_scans for each in old):
        return
    column = quoted(store.column)
    what = (
        f"no query used the index on {column} of {plural(len(old), 'chunk')} in {duration(age)}, though they were "
        "read: queries do not ask for a time, or another index serves them better"
    )
    yield Finding(NOTE, store.name, what, f"EXPLAIN the frequent ones; without a condition on {column} they read all")
