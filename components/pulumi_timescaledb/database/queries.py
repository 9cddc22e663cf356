"""The server's own spelling of a query, so that two queries are compared by meaning and never by text.

A throw-away temporary view in a transaction that the caller rolls back gives the canonical form; the session's
search_path, IntervalStyle and TimeZone are fixed, so the same query always gives the same text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import psycopg
from psycopg import sql

from .kind import Cursor


def canonical(cursor: Cursor, query: str) -> str | None:
    """The canonical text of a SELECT, or None when the server refuses it (a missing table, a syntax error)."""
    statement = sql.SQL("CREATE TEMP VIEW tsdb_query AS ") + sql.SQL(body(query))
    try:
        cursor.execute(statement)
        row = cursor.execute("SELECT pg_get_viewdef('pg_temp.tsdb_query'::regclass) AS text").fetchone()
    except psycopg.errors.Error:
        return None
    return None if row is None else normal(row["text"])


def body(query: str) -> str:
    """The query without its closing semicolon."""
    return query.strip().rstrip(";").rstrip()


def normal(text: str) -> str:
    """A definition read back, without the white space and semicolon that differ between versions."""
    return re.sub(r"\s+", " ", text).strip().rstrip(";").strip()


def grouping_columns(text: str) -> tuple[str, ...]:
    """The output columns that a canonical query groups by, which are unique together; empty when unsure."""
    source = _outside(text, " FROM ")
    group = _outside(text, " GROUP BY ")
    if source < 0 or group < 0 or re.search(r"\b(UNION|INTERSECT|EXCEPT)\b", text):
        return ()
    select, rest = text[:source], text[group + len(" GROUP BY ") :]
    ends = [position for word in (" HAVING ", " ORDER BY ") if (position := _outside(rest, word)) >= 0]
    rest = rest[: min(ends, default=len(rest))]
    outputs = {}
    for item in _split(select.removeprefix("SELECT ")):
        expression, separator, name = item.rpartition(" AS ")
        if not separator:
            expression, name = item, item.rpartition(".")[2]
        outputs[_bare(expression)] = name
    columns = [outputs.get(_bare(each), "") for each in _split(rest)]
    return tuple(each.strip('"').replace('""', '"') for each in columns) if all(columns) else ()


def _open(text: str) -> Iterator[tuple[int, str]]:
    """The characters outside of parentheses and quotes, with their places."""
    depth, quote = 0, ""
    for position, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
        elif depth == 0:
            yield position, character


def _outside(text: str, word: str) -> int:
    """Where a word stands outside of parentheses and quotes; -1 when nowhere."""
    return next((place for place, _ in _open(text) if text.startswith(word, place)), -1)


def _split(text: str) -> list[str]:
    """Split at commas outside of parentheses and quotes."""
    places = [place for place, character in _open(text) if character == ","]
    starts, ends = [0, *(place + 1 for place in places)], [*places, len(text)]
    return [text[start:end].strip() for start, end in zip(starts, ends, strict=True)]


def _bare(expression: str) -> str:
    expression = expression.strip()
    while expression.startswith("(") and expression.endswith(")"):
        depth = 0
        for position, character in enumerate(expression):
            depth += (character == "(") - (character == ")")
            if depth == 0 and position < len(expression) - 1:
                return expression
        expression = expression[1:-1].strip()
    return expression
