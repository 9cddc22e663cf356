"""The query of an aggregate is one that the server can keep: a time_bucket, and the same result at every refresh.

Asked with the server's own cagg_validate_query where the query is new or another one. It does not object to now() or
random() (measured on 2.28.3: creating warns "may lead to inconsistent results on rematerialization"); so the functions
that the parsed query calls are looked up in pg_proc.
"""

from __future__ import annotations

from collections.abc import Iterator

from .context import Context

ID = "aggregate-query"


def check(context: Context) -> Iterator[str]:
    """What the server said."""
    return (each.sentence for each in context.said if each.kind == "aggregate")
