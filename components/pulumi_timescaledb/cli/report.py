"""Printing for people and machines: a rich table on a terminal, plain text in a pipe, JSON where it was asked for."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

PIPE_COLUMNS = 160  # a pipe has no width of its own, and 80 columns would cut sentences


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], *, as_json: bool) -> None:
    """Rows under their columns; JSON is a list of objects under the title."""
    if as_json:
        document({title: [dict(zip(columns, row, strict=True)) for row in rows]})
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(title=title, title_justify="left")
    for column in columns:
        shown.add_column(column, overflow="fold")
    for row in rows:
        shown.add_row(*(Text(str(cell)) for cell in row))
    Console(width=None if sys.stdout.isatty() else PIPE_COLUMNS).print(shown)


def document(value: Any) -> None:
    """JSON on stdout."""
    print(json.dumps(value, indent=2, default=str))


@contextmanager
def progress(sentence: str) -> Iterator[None]:
    """Say on stderr what takes long."""
    from rich.console import Console

    console = Console(stderr=True)
    if console.is_terminal:
        with console.status(sentence):
            yield
    else:
        sys.stderr.write(f"{sentence}\n")
        yield
