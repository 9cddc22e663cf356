"""A text that only the server can judge is shown to it before anything is written.

Expressions of policies and indexes are tried on an empty copy of the table, queries of views as a temporary view,
all in a transaction that is rolled back.
"""

from __future__ import annotations

from collections.abc import Iterator

from .context import Context

ID = "declared-texts"


def check(context: Context) -> Iterator[str]:
    """What the server said of everything but aggregates, which have a rule of their own."""
    return (each.sentence for each in context.said if each.kind != "aggregate")
