"""Row-level security of a hypertable does not cover its chunks.

Chunks copy the table's grants but not its policies, and everybody may use the schema they are in (src/chunk.c,
sql/pre_install/schemas.sql; issue #7830 of TimescaleDB). Measured on 2.28.3: a reader who saw one tenant of two in
the table saw both in its chunk; with USAGE taken from PUBLIC the chunk was out of reach and the table still readable
and writable. Writing into converted chunks of other tables then needs USAGE granted to the writer.
"""

from __future__ import annotations

from collections.abc import Iterator

from .context import Context

ID = "row-security-chunks"


def check(context: Context) -> Iterator[str]:
    """Refuse to set up, as a wall between tenants, what can be walked around; what is live is for `tsdb doctor`."""
    changed = {change.object for change in context.changes if change.kind == "row_security"}
    hypertables = {each.key for each in context.declared("hypertable")} | set(context.snapshot.found["hypertable"])
    for each in context.declared("row_level_security"):
        table = context.snapshot.tables.get(each.key)
        if not each.parts[0].value.enabled or each.key not in hypertables or each.key not in changed:
            continue
        if table is not None and table.chunks_open:
            yield (
                f"row level security {each.key}: it is a hypertable, and whoever may read it can read its chunks past "
                f"every policy; run REVOKE USAGE ON SCHEMA _timescaledb_internal FROM PUBLIC in a migration and grant "
                f"it to roles that write into columnstores, or use a security_barrier view and no row security"
            )
