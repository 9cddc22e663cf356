"""What the server said when it refused a statement, in one sentence."""

from __future__ import annotations

import psycopg


def words(error: psycopg.Error) -> str:
    """The server's message, detail and hint."""
    parts = [
        error.diag.message_primary or str(error).split("\n")[0],
        error.diag.message_detail,
        error.diag.message_hint,
    ]
    return "; ".join(" ".join(part.split()).rstrip(".") for part in parts if part)
