"""A hypertable and row security refer to an existing table and an aggregate to an existing source, unless a migration
brings them. Row security is for tables: a view has none, and neither has an aggregate (measured on 2.28.3)."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

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
                near = _near(each.key, [key for key, other in tables.items() if other.kind in ("r", "p")])
                yield f"hypertable {each.key}: the table does not exist; {near or 'create it in a migration'}"
            continue
        if table.kind in ("v", "m"):
            yield f"hypertable {each.key}: it is a view; declare the table that is its source"
            continue
        wanted = each.parts[0].value
        columns = [wanted.time_column, *(dimension.column for dimension in wanted.hash_dimensions or ())]
        for part in each.parts:
            if part.kind == "columnstore" and part.value is not None:
                columns += [*(part.value.segment_by or ()), *(order.column for order in part.value.order_by or ())]
            if part.kind == "chunk_skipping" and part.value is not None:
                columns += part.value.columns
        for column in dict.fromkeys(columns):
            if column not in table.columns and not pending:
                known = sorted(table.columns)
                way = _near(column, known) or f"its columns are {', '.join(known)}"
                yield f'hypertable {each.key}: it has no column "{column}"; {way}'
        plain = each.key not in context.snapshot.found["hypertable"]
        if plain and table.rows > 0 and not wanted.migrate_data:
            yield (
                f"hypertable {each.key}: the table already holds about {table.rows} rows, and converting it rewrites "
                f"them under an exclusive lock; run SELECT create_hypertable('{each.key}', "
                f"by_range('{wanted.time_column}'), migrate_data => true) in a maintenance window, "
                f"then this declaration adopts it, or declare migrate_data=True"
            )
    for each in context.declared("row_level_security"):
        table = tables.get(each.key)
        if table is None and not pending:
            yield f"row level security {each.key}: the table does not exist; create it in a migration"
        elif table is not None and table.kind in ("v", "m"):
            yield (
                f"row level security {each.key}: it is a view, which has no row security of its own; declare the "
                f"table behind it, or a security_barrier view"
            )
    declared = {each.key for each in context.objects if each.kind in ("hypertable", "continuous_aggregate")}
    for each in context.declared("continuous_aggregate"):
        if each.source not in declared and each.source not in tables and not pending:
            near = _near(each.source, [*declared, *tables])
            said = f"continuous aggregate {each.key}: its source {each.source} does not exist"
            yield f"{said}; {near or 'declare or create it'}"


def _near(name: str, known: Iterable[str]) -> str:
    """A question about a name that looks alike, in another script or case too; empty when there is none."""
    by_case = {each.lower(): each for each in known}
    found = difflib.get_close_matches(name.lower(), by_case, n=1, cutoff=0.8)
    return f"did you mean {by_case[found[0]]}?" if found else ""
