"""The arguments that hypertables and continuous aggregates share: retention and columnstore."""

from __future__ import annotations

from typing import Any

from ...units import Interval
from ..arguments import Arguments
from ..kind import Part
from ..kinds.columnstore.wanted import Columnstore, Order
from ..kinds.retention.wanted import Retention
from .composition import Declared, Lookup, managed

RETENTION_SCHEDULE = "1 day"  # the server's own default, written out so that another one shows as drift
ABSENT: dict[str, Any] = {"absent": True}


def retention(arguments: Arguments, key: str) -> list[Part]:
    """``retention={"drop_after": "90 days", "schedule": "1 day"}``, ``{"absent": True}``, or omitted."""
    inner = arguments.inner("retention")
    if inner is None:
        return []
    if inner.absent():
        return [Part("retention", key, None)]
    lag = inner.lag("drop_after", inner.required("drop_after") if not inner.has("drop_after") else None)
    enabled = inner.boolean("enabled", True)
    schedule = inner.duration("schedule", RETENTION_SCHEDULE)
    inner.finish()
    return [Part("retention", key, Retention(lag or Interval(), schedule, enabled is True))]


def columnstore(arguments: Arguments, key: str) -> list[Part]:
    """``columnstore={"after": "7 days", "segment_by": [...], "order_by": [...], "schedule": ...}``, absent, omitted."""
    inner = arguments.inner("columnstore")
    if inner is None:
        return []
    if inner.absent():
        return [Part("columnstore", key, None)]
    columns = inner.each("order_by")
    order = None if columns is None else tuple(_order(each) for each in columns)
    segment_by = inner.names("segment_by")
    value = Columnstore(
        inner.lag("after"), segment_by, order, inner.duration("schedule"), inner.boolean("enabled", True) is True
    )
    twice = set(segment_by or ()) & {each.column for each in order or ()}
    if twice:
        raise inner.wrong("order_by", f"columns that are not in segment_by too ({', '.join(sorted(twice))})")
    inner.finish()
    return [Part("columnstore", key, value)]


def _order(column: Arguments) -> Order:
    descending = column.boolean("descending", False) is True
    order = Order(column.name("column"), descending, column.boolean("nulls_first", descending) is True)
    column.finish()
    return order


def render(declared: Declared, lookup: Lookup) -> dict[str, Any]:
    """Both, with live values, and only where they are managed."""
    shown: dict[str, Any] = {}
    for part in declared.parts[1:]:
        value = lookup(part.kind, part.key)
        if part.kind == "retention":
            shown["retention"] = ABSENT if value is None else _retention(value)
        elif part.kind == "columnstore":
            shown["columnstore"] = ABSENT if value is None else _columnstore(part.value, value)
    return shown


def _retention(live: Retention) -> dict[str, Any]:
    return managed(
        {
            "drop_after": str(live.drop_after),
            "schedule": None if str(live.schedule) == RETENTION_SCHEDULE else str(live.schedule),
            "enabled": None if live.enabled else False,
        }
    )


def _columnstore(wanted: Columnstore | None, live: Columnstore) -> dict[str, Any]:
    segment_by = None if wanted and wanted.segment_by is None else live.segment_by
    order_by = None if wanted and wanted.order_by is None else live.order_by
    shown = {
        "after": None if live.after is None or (wanted and wanted.after is None) else str(live.after),
        "segment_by": None if segment_by is None else list(segment_by),
        "order_by": None if order_by is None else [order(each) for each in order_by],
        "schedule": _if_wanted(wanted and wanted.schedule, live.schedule),
        "enabled": None if live.enabled else False,
    }
    return managed(shown)


def order(column: Order) -> dict[str, Any]:
    """One column of an order in its declared form, defaults left out."""
    shown: dict[str, Any] = {"column": column.column}
    if column.descending:
        shown["descending"] = True
    if column.nulls_first != column.descending:
        shown["nulls_first"] = column.nulls_first
    return shown


def _if_wanted(wanted: object, live: Interval | None) -> str | None:
    return str(live) if wanted is not None and live is not None else None
