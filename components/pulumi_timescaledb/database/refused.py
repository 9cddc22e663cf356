"""What the server said when it refused a statement, in one sentence."""

from __future__ import annotations

import psycopg


def words(error: psycopg.Error) -> str:
    """The server's message, detail and hint."""
    parts = [
        error.diag.message_primary or first_line(error),
        error.diag.message_detail,
        error.diag.message_hint,
    ]
    return "; ".join(" ".join(part.split()).rstrip(".") for part in parts if part)


def first_line(error: Exception) -> str:
    """The first line of an error, whatever broke off; of one that says nothing its kind."""
    return " ".join(str(error).split("\n")[0].split()) or type(error).__name__
