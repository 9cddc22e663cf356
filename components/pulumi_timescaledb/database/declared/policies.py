"""The arguments that hypertables and continuous aggregates share: retention and columnstore."""

from __future__ import annotations

from typing import Any

from ...units import Interval
from ..arguments import Arguments, BadArgument
from ..kind import Part
from ..kinds.columnstore.wanted import Columnstore, Order
from ..kinds.retention.wanted import Retention
from .composition import Declared, Lookup, managed

RETENTION_SCHEDULE = "1 day"  # the server's own default, written out so that another one shows as drift
ABSENT: dict[str, Any] = {"absent": True}


def retention(arguments: Arguments, key: str, *, chunks: bool) -> list[Part]:
    """``retention={"drop_after": "90 days", "schedule": "1 day"}``, ``{"absent": True}``, or omitted.

    chunks: whether ``drop_created_before``, the age of a chunk since it was made, can stand for ``drop_after``.
    """
    inner = arguments.inner("retention")
    if inner is None:
        return []
    if inner.absent():
        return [Part("retention", key, None)]
    lag, by_creation = _age(inner, "drop_after", "drop_created_before", chunks)
    if lag is None:
        inner.required("drop_after", 'the age at which a chunk goes, such as "90 days"')
    enabled = inner.boolean("enabled", True)
    schedule = inner.duration("schedule", RETENTION_SCHEDULE)
    inner.finish()
    return [Part("retention", key, Retention(lag or Interval(), schedule, enabled is True, by_creation))]


def _age(inner: Arguments, age: str, since_made: str, chunks: bool) -> tuple[Interval | int | None, bool]:
    """An age by time or by creation, of which at most one is given; aggregates have no age by creation (docs)."""
    if not inner.has(since_made):
        return inner.lag(age), False
    if not chunks:
        raise inner.wrong(since_made, f"{age} instead, because an aggregate's chunks have no age by creation")
    if inner.has(age):
        raise inner.wrong(since_made, f"either it or {age}, not both")
    return inner.duration(since_made), True


def columnstore(arguments: Arguments, key: str, *, chunks: bool) -> list[Part]:
    """``columnstore={"after": "7 days", "segment_by": [...], "order_by": [...], "schedule": ..., "chunk_interval":
    ...}``, ``{"absent": True}``, or omitted; ``created_before`` stands for ``after`` as in :func:`retention`.
    """
    inner = arguments.inner("columnstore")
    if inner is None:
        return []
    if inner.absent():
        return [Part("columnstore", key, None)]
    columns = inner.each("order_by")
    order = None if columns is None else tuple(_order(each) for each in columns)
    segment_by = inner.names("segment_by")
    after, by_creation = _age(inner, "after", "created_before", chunks)
    interval = inner.lag("chunk_interval")
    value = Columnstore(
        after,
        segment_by,
        order,
        inner.duration("schedule"),
        inner.boolean("enabled", True) is True,
        by_creation,
        interval.fixed if isinstance(interval, Interval) else interval,
    )
    twice = set(segment_by or ()) & {each.column for each in order or ()}
    if twice:
        both = ", ".join(sorted(twice))
        raise BadArgument(f"{inner.where}: {both} stands in segment_by and in order_by; keep it in one of them")
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
            "drop_created_before" if live.by_creation else "drop_after": str(live.drop_after),
            "schedule": None if str(live.schedule) == RETENTION_SCHEDULE else str(live.schedule),
            "enabled": None if live.enabled else False,
        }
    )


def _columnstore(wanted: Columnstore | None, live: Columnstore) -> dict[str, Any]:
    segment_by = None if wanted and wanted.segment_by is None else live.segment_by
    order_by = None if wanted and wanted.order_by is None else live.order_by
    shown = {
        "created_before" if live.by_creation else "after": None
        if live.after is None or (wanted and wanted.after is None)
        else str(live.after),
        "segment_by": None if segment_by is None else list(segment_by),
        "order_by": None if order_by is None else [order(each) for each in order_by],
        "schedule": _if_wanted(wanted and wanted.schedule, live.schedule),
        "enabled": None if live.enabled else False,
        "chunk_interval": _if_wanted(wanted and wanted.chunk_interval, live.chunk_interval),
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


def _if_wanted(wanted: object, live: Interval | int | None) -> str | None:
    return str(live) if wanted is not None and live is not None else None
