"""An estimate on a terminal or in a pipe; colour on a terminal alone."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ...cost import report
from ...cost.model import Estimate
from ..report import PIPE_COLUMNS

_RIGHT = {"quantity", "price", "list", "after free tier", "a month", "a year", "USD a month"}


def show(found: Estimate) -> None:
    """Every line, both totals, the ways out, and what to know."""
    console = _console()
    work = found.workload
    console.print(f"{work.instance_type}, {work.market}, {work.storage_gb} GB, {work.region}; USD a month, before tax")
    console.print(_table(report.COLUMNS, report.rows(found)))
    console.print()
    console.print(_table(("total", "a month", "a year"), report.totals(found)))
    console.print()
    console.print(_table(("way out", "USD a month", ""), report.ways_out(found)))
    console.print()
    oldest, newest = found.dates
    console.print(f"prices of {oldest}" + (f" to {newest}" if newest != oldest else "") + "; --json names each source")
    for sentence in found.advice:
        console.print(Text(f"→ {sentence}", "yellow"))


def beside(names: tuple[str, str], one: Estimate, other: Estimate) -> None:
    """Two estimates, line by line."""
    console = _console()
    console.print("USD a month at list price, before tax")
    console.print(_table(("item", *names), report.compared(one, other), right=set(names)))


def _console() -> Console:
    return Console(highlight=False, width=None if sys.stdout.isatty() else PIPE_COLUMNS)


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]], right: set[str] | None = None) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, justify="right" if column in (right or _RIGHT) else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    return table
