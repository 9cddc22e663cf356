"""What a newer TimescaleDB brought is refused on an older one, with the version to update to."""

from __future__ import annotations

from collections.abc import Iterator

from .context import Context

ID = "newer-versions"


def check(context: Context) -> Iterator[str]:
    """Names of jobs came with 2.20, compaction policies with 2.29 (CHANGELOG)."""
    can = context.can
    if not can.tsl:
        return
    for each in context.objects:
        for part in each.parts:
            if part.value is None:
                continue
            if part.kind in ("job", "partitioned_retention") and not can.names_jobs:
                yield (
                    f"{part.kind} {each.key}: jobs have names since TimescaleDB 2.20 and this server has "
                    f"{can.timescaledb}; update the extension, or take the declaration out"
                )
            if part.kind == "compaction" and not can.compacts:
                yield (
                    f"hypertable {each.key}: compaction needs TimescaleDB 2.29 and this server has {can.timescaledb}; "
                    f"update the extension, or take compaction out"
                )
