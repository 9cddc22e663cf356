"""Options of a refresh policy came with versions; reading tiered data needs tiered storage.

The server: "function add_continuous_aggregate_policy(...) does not exist" for a named option that it lacks; tiered
storage is the extension timescaledb_osm, on Tiger Cloud alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from .context import Context

ID = "refresh-options"
_TIERED = "timescaledb_osm"


def check(context: Context) -> Iterator[str]:
    """Ask the capabilities of this version, and the extensions of this database."""
    if context.fallback or not context.can.tsl:
        return
    for each in context.declared("continuous_aggregate"):
        refresh = next((part.value for part in each.parts if part.kind == "refresh"), None)
        for policy in refresh.policies if refresh else ():
            for name in sorted(set(policy.options) - context.can.refresh_options):
                yield (
                    f"continuous aggregate {each.key}: its refresh has {name}, which TimescaleDB "
                    f"{context.can.timescaledb} does not know; take it out, or update the extension"
                )
            if policy.include_tiered_data is not None and _TIERED not in context.snapshot.found["extension"]:
                yield (
                    f"continuous aggregate {each.key}: include_tiered_data needs tiered storage, which this database "
                    f"does not have; take it out of refresh"
                )
