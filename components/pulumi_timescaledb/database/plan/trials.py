"""New and changed texts are shown to the server before anything is written: which, and what it has against them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from .. import queries
from ..declared.composition import Declared
from ..kind import Change, Cursor, Part, unopposed
from ..kinds import KINDS
from . import order
from .rules.context import Said
from .view import View


def new_texts(
    view: View, objects: Sequence[Declared], different: Mapping[str, Sequence[Change]]
) -> list[tuple[Declared, Part]]:
    """The parts whose texts are new or other ones, without those that refer to what this plan has yet to make."""
    changes = [change for rows in different.values() for change in rows if change.action == "create"]
    command = any(each.kind == "migrate_command" for rows in different.values() for each in rows)
    if command or any(change.kind == "migrations" for change in changes):
        return []  # they may bring what a text refers to; it is tried when its turn has come
    # an index is tried where the columns are that it is on
    unfinished = {change.object for change in changes if change.kind == "aggregate"}
    unfinished |= {each.object for rows in different.values() for each in rows if each.field == "query"}
    coming = {change.object for change in changes if change.kind in ("hypertable", "aggregate", "view")}
    found = []
    for each in objects:
        if not different[order.name(each)] or each.source in coming:
            continue
        parts = {part: None for part, change in view.work(each) if change.action != "remove"}
        for part in parts:
            reads = queries.relations(getattr(part.value, "query", ""))
            if (
                part.value is not None
                and KINDS[part.kind].objections is not unopposed
                and not coming & {*reads} - {each.key}
                and not (part.kind == "index" and each.key in unfinished)
            ):
                found.append((each, part))
    return found


def objections(cursor: Cursor, declared: Declared, part: Part) -> Iterator[Said]:
    """What the server has against one part, as sentences that name the declaration."""
    title = declared.kind.replace("_", " ")
    for words in KINDS[part.kind].objections(cursor, part.key, part.value):
        yield Said(part.kind, f"{title} {declared.key}: {words}")
