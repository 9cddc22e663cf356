"""Printing for people and machines: a rich table on a terminal, plain text in a pipe, JSON where it was asked for."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], *, as_json: bool) -> None:
    """Rows under their columns; JSON is a list of objects under the title."""
    if as_json:
        print(json.dumps({title: [dict(zip(columns, row, strict=True)) for row in rows]}, indent=2, default=str))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(title=title, title_justify="left")
    for column in columns:
        shown.add_column(column, overflow="fold")
    for row in rows:
        shown.add_row(*(Text(str(cell)) for cell in row))
    # a pipe has no width of its own; 80 columns would cut sentences
    Console(width=None if sys.stdout.isatty() else 160).print(shown)


@contextmanager
def progress(sentence: str) -> Iterator[None]:
    """Say on stderr what takes long."""
    from rich.console import Console

    console = Console(stderr=True)
    if console.is_terminal:
        with console.status(sentence):
            yield
    else:
        console.print(sentence, highlight=False)
        yield
