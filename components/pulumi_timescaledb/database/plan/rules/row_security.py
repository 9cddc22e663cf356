"""Row-level security excludes columnstore and stored results over the same table.

The server refuses both orders for a columnstore and refuses an aggregate over a table with row security. It accepts
row security enabled after the aggregate, an aggregate over such an aggregate, and any materialized view; all of those
show every tenant to everybody (measured on 2.26.4 and 2.28.3).
"""

from __future__ import annotations

from collections.abc import Iterator

from .. import lineage
from .context import Context

ID = "row-security"


def check(context: Context) -> Iterator[str]:
    """Refuse the pair in every order: whichever of the two is declared, and whether the other is declared or live."""
    declared = {each.key for each in context.objects if each.kind == "row_level_security"}
    if not context.fallback:
        yield from _columnstores(context, declared)
    if not declared and not any(context.declared("continuous_aggregate")):
        return
    for each in lineage.stored(context):
        for table in sorted(lineage.tables(context, each.key)):
            if not each.declared and table not in declared:
                continue  # nobody declares either of the two: that is for `tsdb doctor`
            if context.secured(table):
                yield _leak(each, table)
            elif context.secured_now(table) and not _live(context, each):
                yield (
                    f"{each.title} {each.key}: row security of {table} is still on and excludes it; take row security "
                    f"off in a run of its own and declare the aggregate in the next"
                )


def _live(context: Context, each: lineage.Stored) -> bool:
    return any(each.key in context.snapshot.found[kind] for kind in ("aggregate", "materialized_view"))


def _leak(each: lineage.Stored, table: str) -> str:
    if each.declared:
        stands = "its source" if table in each.reads else "what it stands on,"
        return (
            f"{each.title} {each.key}: {stands} {table} has row security, which an aggregate would bypass; use a "
            f"security_barrier view, or take row security off {table}"
        )
    return (
        f"row level security {table}: the {each.title} {each.key} stands on it and would show every tenant's rows; "
        f"drop {each.key}, or protect the rows with a security_barrier view and no row security"
    )


def _columnstores(context: Context, declared: set[str]) -> Iterator[str]:
    hypertables = {each.key for each in context.declared("hypertable")}
    for key in sorted(hypertables | declared):
        if context.value("columnstore", key) is None:
            continue
        if context.secured(key):
            yield f"hypertable {key}: it has row security, which excludes a columnstore; drop one of the two"
        elif context.secured_now(key):
            yield (
                f"hypertable {key}: its row security is still on and excludes a columnstore; take row security off in "
                f"a run of its own and declare the columnstore in the next"
            )
