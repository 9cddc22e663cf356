"""A hypertable refers to an existing table and an aggregate to an existing source, unless a migration brings them."""

from __future__ import annotations

from collections.abc import Iterator

from .context import Context

ID = "tables-exist"


def check(context: Context) -> Iterator[str]:
    """Refuse a declaration over nothing: it could only fail half way."""
    pending = context.pending_migrations()
    tables = context.snapshot.tables
    for each in context.declared("hypertable"):
        table = tables.get(each.key)
        if table is None:
            if not pending:
                yield f"hypertable {each.key}: the table does not exist; create it in a migration"
            continue
        if table.kind in ("v", "m"):
            yield f"hypertable {each.key}: it is a view; declare the table behind it"
            continue
        wanted = each.parts[0].value
        columns = [wanted.time_column, *(dimension.column for dimension in wanted.hash_dimensions or ())]
        for part in each.parts:
            if part.kind == "columnstore" and part.value is not None:
                columns += [*(part.value.segment_by or ()), *(order.column for order in part.value.order_by or ())]
        for column in dict.fromkeys(columns):
            if column not in table.columns and not pending:
                known = ", ".join(sorted(table.columns))
                yield f'hypertable {each.key}: it has no column "{column}"; its columns are {known}'
        plain = each.key not in context.snapshot.found["hypertable"]
        if plain and table.rows > 0:
            yield (
                f"hypertable {each.key}: the table already holds about {table.rows} rows, and converting it rewrites "
                f"them under an exclusive lock; run SELECT create_hypertable('{each.key}', "
                f"by_range('{wanted.time_column}'), migrate_data => true) in a maintenance window, "
                f"then this declaration adopts it"
            )
    declared = {each.key for each in context.objects if each.kind in ("hypertable", "continuous_aggregate")}
    for each in context.declared("continuous_aggregate"):
        if each.source not in declared and each.source not in tables and not pending:
            yield f"continuous aggregate {each.key}: its source {each.source} does not exist; declare or create it"
