"""An extension must be one that the server can create."""

from __future__ import annotations

from collections.abc import Iterator

from .context import Context

ID = "available-extensions"


def check(context: Context) -> Iterator[str]:
    """TimescaleDB and pg_cron are known to the probe; other names are left to the server's own message."""
    can = context.can
    offered = {"timescaledb": can.timescaledb_available, "pg_cron": can.cron_available}
    for each in context.declared("extension"):
        if each.key in offered and offered[each.key] is None:
            yield f"extension {each.key}: this server does not offer it; use an image or a service that has it"
        if each.key == "pg_cron" and can.cron_available and can.cron_database != can.database and can.cron is None:
            yield (
                f"extension pg_cron: the server runs it for the database {can.cron_database or 'postgres'}; "
                f"set cron.database_name={can.database} in the server's settings"
            )
