"""A plan as text: a table a database on a terminal, lines in a pipe, refusals as whole lines that can be copied."""

from __future__ import annotations

import re
import sys
from itertools import groupby

from ...database.plan.document import Entry, Row
from .. import report
from . import cells, cost
from .cells import SIGNS
from .merged import Merged, summary

_COMMAND = re.compile("`[^`]+`")


def show(merged: Merged) -> None:
    """Print it."""
    print(f"stack {merged.stack}, plan {merged.digest}")
    print(summary(merged))
    for entry in merged.entries:
        print(f"\ndatabase {cells.title(entry)}")
        if not entry.read:
            print(f"  {entry.unread}")
        for refusal in entry.refusals:
            print(f"  REFUSED: {refusal.what}{':' if refusal.line else ''}")
            if refusal.line:
                print(f"    {refusal.line}")
        if entry.changes:
            (_table if sys.stdout.isatty() else _lines)(entry)
        elif entry.read:
            print(f"  {cells.UNCHANGED}")
        for note in cells.notes(entry, merged):
            print(f"  note: {note}")
    if merged.elsewhere:
        print()
        steps = [cells.resource(step) for step in merged.elsewhere]
        report.table("everything else", ("what", "resource", "properties"), steps, as_json=False)
        for step in merged.elsewhere:
            if step.goes:
                print(f"  mind: {cells.goes(step)}")
    if merged.cost is not None:
        print()
        report.table("monthly cost, USD", ("", "before", "after"), cost.rows(merged.cost), as_json=False)
        for each in merged.cost.why:
            print(f"  {each}")
    for error in merged.errors:
        print(f"error: {error}")
    if not merged.complete:
        print(cells.unfinished(merged))


def _lines(entry: Entry) -> None:
    """Each object with its changes below it, and below each change what it costs."""
    for name, rows in groupby(entry.changes, lambda row: row.object):
        print(f"  {name}")
        for row in rows:
            live, declared = cells.ends(row)
            values = f"{live} => {declared}" if live and declared else live or declared
            print(f"    {SIGNS[row.action]} {cells.what(row)}: {values} ({row.origin})")
            print(f"        {_effect(row)}")


def _table(entry: Entry) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(title_justify="left")
    for column in ("why", "what", "live", "declared"):
        shown.add_column(column, overflow="fold")
    shown.add_column("effect", overflow="fold", ratio=1, min_width=40)
    for name, rows in groupby(entry.changes, lambda row: row.object):
        shown.add_section()
        shown.add_row(Text(), Text(name, style="bold"))
        for row in rows:
            style = "bold red" if row.loss else ""
            what = f"{SIGNS[row.action]} {cells.what(row)}"
            effect = _COMMAND.sub("(below)", _effect(row))
            shown.add_row(row.origin, *map(Text, (what, *cells.ends(row))), Text(effect, style=style))
    Console().print(shown)
    for row in entry.changes:  # a command that a table's cell folds cannot be copied
        for command in _COMMAND.findall(row.note):
            print(f"  {row.object} {cells.what(row)}: {command[1:-1]}")


def _effect(row: Row) -> str:
    lost, note = cells.cost(row)
    return f"{lost}; {note}" if note else lost
