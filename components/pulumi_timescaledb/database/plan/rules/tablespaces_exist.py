"""A tablespace must be there before a hypertable can use it; only a superuser makes one, on the server's own disk."""

from __future__ import annotations

from collections.abc import Iterator

from .context import Context

ID = "tablespaces-exist"


def check(context: Context) -> Iterator[str]:
    """One sentence a hypertable."""
    for each in context.declared("hypertable"):
        for part in each.parts:
            if part.kind == "tablespaces" and part.value is not None:
                lacking = [name for name in part.value.names if name not in context.can.tablespaces]
                if lacking:
                    yield (
                        f"hypertable {each.key}: the server has no tablespace {', '.join(lacking)}; "
                        f"make it with CREATE TABLESPACE, or take it out of tablespaces"
                    )
