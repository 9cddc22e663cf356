"""Where time is a number, somebody must say what number is now, and ages are numbers too.

The server refuses a policy without it ("valid integer_now function ... is required", measured on 2.28.3); drop_chunks
of the Apache edition would take the age for a moment and keep nearly everything.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...buckets import bucket
from ...declared.composition import Declared
from ...kind import Part
from .context import Context

ID = "integer-time"


def check(context: Context) -> Iterator[str]:
    """Ages of a hypertable's policies, and the span of merged chunks, against the kind of its time."""
    for each in context.declared("hypertable"):
        for part in each.parts:
            if part.kind in ("retention", "columnstore") and part.value is not None:
                yield from _by_creation(context, each, part) if part.value.by_creation else _policy(context, each, part)
    for each in (*context.declared("hypertable"), *context.declared("continuous_aggregate")):
        yield from _merged(context, each)


def _merged(context: Context, each: Declared) -> Iterator[str]:
    """The server takes either for either: a number is seconds to it, and a duration its microseconds (2.28.3)."""
    columnstore = next((part.value for part in each.parts if part.kind == "columnstore"), None)
    merged = columnstore.chunk_interval if columnstore is not None else None
    if each.kind == "hypertable":
        span = context.chunk_interval(each.key)
    else:
        found = bucket(each.parts[0].value.query)
        span = None if found is None else found.width
    if merged is None or span is None or isinstance(merged, int) == isinstance(span, int):
        return
    form = 'digits such as "86400"' if isinstance(span, int) else 'a duration such as "7 days"'
    what = "chunks span" if each.kind == "hypertable" else "buckets span"
    yield (
        f"{each.kind.replace('_', ' ')} {each.key}: columnstore.chunk_interval is {merged}, but its {what} {span}; "
        f"write {form}"
    )


def _by_creation(context: Context, each: Declared, part: Part) -> Iterator[str]:
    """With a function that tells the time, a retention job fails at every run, a columnstore's is refused (2.28.3)."""
    found = context.snapshot.get("hypertable", each.key)
    names = ("drop_created_before", "drop_after") if part.kind == "retention" else ("created_before", "after")
    if each.parts[0].value.integer_now or (found and found.value.integer_now):
        yield (
            f"hypertable {each.key}: {part.kind}.{names[0]} does not work where integer_now tells the time; "
            f"use {names[1]}"
        )


def _policy(context: Context, each: Declared, part: Part) -> Iterator[str]:
    wanted = each.parts[0].value
    found = context.snapshot.get("hypertable", each.key)
    live = found.value if found else None
    name = "drop_after" if part.kind == "retention" else "after"
    age = getattr(part.value, name)
    interval = wanted.chunk_interval if live is None else live.chunk_interval
    if age is None:
        return
    if interval is not None and isinstance(interval, int) != isinstance(age, int):
        form = 'digits such as "86400"' if isinstance(interval, int) else 'a duration such as "7 days"'
        yield f"hypertable {each.key}: {part.kind}.{name} is {age}, but its chunks span {interval}; write {form}"
    elif isinstance(age, int):
        known = wanted.integer_now or (live is not None and live.integer_now and not context.fallback)
        if not known:
            yield (
                f"hypertable {each.key}: {part.kind}.{name} counts from the present, and where time is a number a "
                f'function must tell it; declare integer_now="schema.function"'
            )
