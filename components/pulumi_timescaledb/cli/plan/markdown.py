"""A plan as the comment of a pull request: what is refused first, then what is lost, what changes and what stays."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ...database.plan.document import Entry
from . import cells, cost
from .cells import SIGNS
from .merged import Merged, summary


def markdown(merged: Merged) -> str:
    """The whole comment."""
    return "\n".join(_lines(merged)) + "\n"


def _lines(merged: Merged) -> Iterator[str]:
    yield f"### Plan {code(merged.digest)} of stack {code(merged.stack)}"
    yield ""
    yield f"**{_escaped(summary(merged))}**"
    for entry in merged.entries:
        yield from _database(entry, merged)
    if merged.elsewhere:
        yield from ("", "#### Everything else", "")
        going = [step for step in merged.elsewhere if step.goes]
        if going:
            yield "> [!CAUTION]"
            yield from (f"> {_escaped(cells.goes(step))}  " for step in going)
            yield ""
        rows = []
        for step in merged.elsewhere:
            properties = ", ".join(code(each) for each in step.properties)
            rows.append((f"{code(SIGNS.get(step.op, '?'))} {step.op}", f"{code(step.name)} {step.type}", properties))
        yield from _table(("", "resource", "properties"), rows)
    if merged.cost is not None:
        yield from ("", "#### Monthly cost", "", *cost.markdown(merged.cost))
        if merged.cost.why:
            yield from ("", *(f"- {_escaped(each)}" for each in merged.cost.why))
    if merged.errors or not merged.complete:
        yield from ("", "> [!WARNING]")
        yield from (f"> {_escaped(error)}  " for error in merged.errors)
        if not merged.complete:
            yield f"> {_escaped(cells.unfinished(merged))}"
    if merged.complete and merged.entries:
        yield ""
        line = f"TSDB_EXPECT_PLAN={merged.digest} pulumi up"
        yield f"<sub>{code(line)} refuses any other plan of the database.</sub>"


def _database(entry: Entry, merged: Merged) -> Iterator[str]:
    yield from ("", f"#### Database {code(entry.database or entry.component)}")
    if entry.read:
        yield from ("", _escaped(entry.server))
    else:
        yield from ("", _escaped(entry.unread))
    for refusal in entry.refusals:
        yield from ("", "> [!CAUTION]", f"> {_escaped(refusal.what)}{':' if refusal.line else ''}")
        if refusal.line:
            yield from ("> ```", f"> {refusal.line}", "> ```")
    if entry.changes:
        yield ""
        rows = []
        for row in entry.changes:
            live, declared = (code(each) if each else "" for each in cells.ends(row))
            lost, note = (_escaped(each) for each in cells.cost(row))
            effect = f"**{lost}**" if row.loss or row.change_class == "impossible" else lost
            origin = "declared" if row.origin == "declared" else f"**{row.origin}**"
            what = code(f"{SIGNS[row.action]} {cells.what(row)}")
            rows.append((origin, code(row.object), what, live, declared, f"{effect}<br>{note}" if note else effect))
        yield from _table(("why", "object", "what", "live", "declared", "effect"), rows)
    elif entry.read:
        yield from ("", f"{cells.UNCHANGED.capitalize()}.")
    notes = cells.notes(entry, merged)
    if notes:
        yield ""
        yield from (f"- {_escaped(note)}" for note in notes)


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(columns)} |"
    yield "|" + "---|" * len(columns)
    yield from (f"| {' | '.join(row)} |" for row in rows)


def code(text: str) -> str:
    """A code span: nothing in it is markup or mentions anybody; a bar is escaped for tables."""
    shown = " ".join(text.split()).replace("|", "\\|")
    fence = "`" * (max((len(run) for run in re.findall("`+", shown)), default=0) + 1)
    return f"{fence} {shown} {fence}" if "`" in shown else f"{fence}{shown}{fence}"


def _escaped(text: str) -> str:
    """Plain words: no markup, no mention, no new line, no end of a table's cell; what stands in backquotes is code."""
    parts = re.split(r"`([^`]+)`", " ".join(text.split()))
    return "".join(code(part) if place % 2 else _inert(part) for place, part in enumerate(parts))


def _inert(text: str) -> str:
    shown = re.sub(r"([\\`*\[\]<>|#@~])", r"\\\1", text)
    return re.sub(r"(?<!\w)_|_(?!\w)", r"\\_", shown)  # within a word an underscore is no markup
