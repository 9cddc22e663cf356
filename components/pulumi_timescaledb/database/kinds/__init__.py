"""The visible list of kinds. Adding one touches its folder and this list."""

from __future__ import annotations

from ..kind import Kind
from . import (
    aggregate,
    columnstore,
    cron_job,
    extension,
    hypertable,
    index,
    materialized_view,
    migrations,
    refresh,
    retention,
    role,
)

KINDS: dict[str, Kind] = {
    module.KIND.name: module.KIND
    for module in (
        extension,
        role,
        migrations,
        hypertable,
        index,
        columnstore,
        retention,
        aggregate,
        refresh,
        cron_job,
        materialized_view,
    )
}
