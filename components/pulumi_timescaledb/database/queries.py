"""The server's own spelling of a query, so that two queries are compared by meaning and never by text.

A throw-away temporary view in a transaction that the caller rolls back gives the canonical form; the session's
search_path, IntervalStyle and TimeZone are fixed, so the same query always gives the same text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import psycopg
from psycopg import sql

from .kind import Cursor
from .names import BadName, Relation, unquoted
from .refused import words
from .undo import undo

_NAME = r'(?:"(?:[^"]|"")+"|[A-Za-z_][\w$]*)'
_READ = re.compile(
    rf"(?:\b(?:FROM|JOIN)\s+\(*|,\s*)(?:ONLY\s+|LATERAL\s+)?({_NAME}(?:\.{_NAME})?)(?![\w$]|\s*\()",
    re.IGNORECASE,
)

_QUOTED = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*\"""")  # each may hold the other's sign
_SPACE = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|\s+""")  # quoted text keeps its white space


@contextmanager
def trial(cursor: Cursor) -> Iterator[None]:
    """What is done inside is undone, also when the server refuses it; the transaction goes on."""
    cursor.execute("SAVEPOINT tsdb_trial")
    try:
        yield
    finally:
        if not cursor.connection.closed:
            undo(cursor.connection, "tsdb_trial")


def relations(text: str) -> tuple[str, ...]:
    """The relations that a query may read, as far as its text tells: names after FROM, JOIN and commas.

    Too many rather than too few: a column after a comma is among them, and what does not exist means nothing.
    """
    bare = _QUOTED.sub(lambda match: match[0] if match[0].startswith('"') else "''", text)
    names = []
    for name in _READ.findall(bare):
        folded = ".".join(part if part.startswith('"') else part.lower() for part in re.findall(_NAME, name))
        try:
            names.append(str(Relation.parse(folded)))
        except BadName:
            continue
    return tuple(dict.fromkeys(names))


def rows_of(text: str) -> str:
    """The part of a canonical query that decides which rows it shows: everything from FROM on."""
    source = outside(text, " FROM ")
    return text if source < 0 or "(SELECT " in text[:source].replace("( SELECT", "(SELECT") else text[source:]


def unwrapped(expression: str) -> str:
    """An expression without parentheses around the whole of it, in one line."""
    return _bare(normal(expression))


_COLUMNS = """
SELECT attname::text AS name, format_type(atttypid, atttypmod) AS type FROM pg_attribute
WHERE attrelid = 'pg_temp.tsdb_query'::regclass AND attnum > 0 ORDER BY attnum
"""


class Described(NamedTuple):
    """A query in the server's spelling, and its output columns as (name, type)."""

    text: str
    columns: tuple[tuple[str, str], ...]


def canonical(cursor: Cursor, query: str) -> str | None:
    """The canonical text of a SELECT, or None when the server refuses it (a missing table, a syntax error)."""
    described = describe(cursor, query)
    return None if described is None else normal(described.text)


def describe(cursor: Cursor, query: str) -> Described | None:
    """The canonical text as the server prints it, with the columns; None when the server refuses the query."""
    statement = sql.SQL("CREATE TEMP VIEW tsdb_query AS ") + sql.SQL(body(query))
    try:
        cursor.execute(statement, binary=True)  # the extended protocol takes one statement, whatever the text holds
        row = cursor.execute("SELECT pg_get_viewdef('pg_temp.tsdb_query'::regclass) AS text").fetchone()
        columns = tuple((each["name"], each["type"]) for each in cursor.execute(_COLUMNS))
    except psycopg.errors.Error:
        return None
    return None if row is None else Described(row["text"].strip().rstrip(";"), columns)


def appended(wanted: Described, live: str) -> tuple[tuple[str, str, str], ...]:
    """The columns, as (name, type, expression), that a query has after those of the live one and otherwise equal to
    it; none when it differs in anything else."""
    text = wanted.text
    source, live_source = outside(text, " FROM "), outside(live, " FROM ")
    if source < 0 or live_source < 0 or normal(text[source:]) != normal(live[live_source:]):
        return ()
    items, live_items = (
        split(text[:source].strip()[len("SELECT") :]),
        split(live[:live_source].strip()[len("SELECT") :]),
    )
    count = len(live_items)
    if len(items) != len(wanted.columns) or [*map(normal, items[:count])] != [*map(normal, live_items)]:
        return ()
    added = zip(items[count:], wanted.columns[count:], strict=True)
    return tuple((name, type_, _expression(item, name)) for item, (name, type_) in added)


def _expression(item: str, name: str) -> str:
    """What stands before the name of an output column; a plain column has none."""
    quoted = '"' + name.replace('"', '""') + '"'
    for end in (f" AS {name}", f" AS {quoted}"):
        if item.endswith(end):
            return item.removesuffix(end)
    return item


def objection(cursor: Cursor, query: str) -> str:
    """What the server has against a SELECT, tried as a temporary view; empty when nothing."""
    try:
        with trial(cursor):
            cursor.execute(sql.SQL("CREATE TEMP VIEW tsdb_query AS ") + sql.SQL(body(query)), binary=True)
    except psycopg.errors.Error as error:
        return words(error)
    return ""


def body(query: str) -> str:
    """The query without its closing semicolon."""
    return query.strip().rstrip(";").rstrip()


def normal(text: str) -> str:
    """A definition read back, without the white space and semicolon that differ between versions; what stands in
    quotes, a name or a literal, stays as it is."""
    return _SPACE.sub(lambda match: " " if match[0].isspace() else match[0], text).strip().rstrip(";").strip()


def key_columns(definition: str) -> tuple[str, ...]:
    """The plain columns of an index definition such as ``btree (device, "time" DESC)``, without its expressions."""
    columns = []
    for item in split(inside(definition[max(definition.find("("), 0) :])):
        match = re.match(rf"({_NAME})(?![\w$]|\s*\()", item)
        if match:
            columns.append(unquoted(match[1]))
    return tuple(columns)


def grouping_columns(text: str) -> tuple[str, ...]:
    """The output columns that a canonical query groups by, which are unique together; empty when unsure."""
    source = outside(text, " FROM ")
    group = outside(text, " GROUP BY ")
    if source < 0 or group < 0 or re.search(r"\b(UNION|INTERSECT|EXCEPT)\b", text):
        return ()
    select, rest = text[:source], text[group + len(" GROUP BY ") :]
    ends = [position for word in (" HAVING ", " ORDER BY ") if (position := outside(rest, word)) >= 0]
    rest = rest[: min(ends, default=len(rest))]
    outputs = {}
    for item in split(select.removeprefix("SELECT ")):
        named = outside(item, " AS ")
        # a column without a new name may stand with its table: what follows the last dot
        name = item[named + len(" AS ") :] if named >= 0 else item[_last(item, ".") + 1 :]
        outputs[_bare(item[:named] if named >= 0 else item)] = name
    columns = [outputs.get(_bare(each), "") for each in split(rest)]
    return tuple(map(unquoted, columns)) if all(columns) else ()


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


def outside(text: str, word: str) -> int:
    """Where a word stands outside of parentheses and quotes; -1 when nowhere."""
    return next((place for place, _ in _open(text) if text.startswith(word, place)), -1)


def _last(text: str, character: str) -> int:
    """Where a character stands last outside of parentheses and quotes; -1 when nowhere."""
    return max((place for place, found in _open(text) if found == character), default=-1)


def inside(text: str) -> str:
    """What stands between the parenthesis that a text begins with and the one that closes it."""
    depth, quote = 0, ""
    for place, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in "()":
            depth += 1 if character == "(" else -1
            if depth == 0:
                return text[1:place]
    return text[1:]


def split(text: str) -> list[str]:
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
