"""The visible list of kinds. Adding one touches its folder and this list."""

from __future__ import annotations

from ..kind import Kind
from . import (
    aggregate,
    chunk_skipping,
    columnstore,
    compaction,
    cron_job,
    default_privileges,
    extension,
    grant,
    hypertable,
    index,
    job,
    materialized_view,
    migrate_command,
    migrations,
    partitioned_retention,
    refresh,
    reorder,
    retention,
    role,
    row_security,
    schema,
    tablespaces,
    view,
)

KINDS: dict[str, Kind] = {
    module.KIND.name: module.KIND
    for module in (
        extension,
        role,
        schema,
        default_privileges,
        migrations,
        migrate_command,
        hypertable,
        tablespaces,
        index,
        columnstore,
        chunk_skipping,
        reorder,
        compaction,
        retention,
        aggregate,
        refresh,
        job,
        partitioned_retention,
        cron_job,
        materialized_view,
        row_security,
        view,
        grant,
    )
}
