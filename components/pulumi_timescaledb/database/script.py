"""SQL text with many statements: split as psql does it, run whole or one by one, a refusal told by file and line.

A script inside a transaction goes to the server as one text, exactly as it was written; it is split only to find the
line of the statement that was refused. Outside of a transaction each statement has to travel alone.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import psycopg
from psycopg import generators, pq, sql

from ..errors import Failed
from .kind import Session
from .refused import words

# what the lexer of psql tells apart (psqlscan.l): comments, texts, names, dollar quotes, words, parentheses, the end;
# what is not closed goes on to the end of the script
_TOKEN = re.compile(
    r"""
    (?P<line>--[^\n]*) | (?P<block>/\*) | (?P<escaped>\b[eE]'(?:[^'\\]|''|\\.)*'?)
  | (?P<text>'(?:[^']|'')*'?) | (?P<name>"(?:[^"]|"")*"?)
  | (?P<dollar>\$(?:[^\W\d]\w*)?\$) | (?P<word>[^\W\d][\w$]*) | (?P<open>[(\[]) | (?P<close>[)\]]) | (?P<end>;)
    """,
    re.VERBOSE | re.DOTALL,
)
_BLOCK = re.compile(r"/\*|\*/")
_CREATES_ROUTINE = re.compile(r"create( or replace)? (function|procedure)\b")


class Statement(NamedTuple):
    """One statement without its semicolon, and the line of the script on which it starts, from 1."""

    text: str
    line: int


def statements(text: str) -> list[Statement]:
    """The statements of a script; what holds only comments is none."""
    found: list[Statement] = []
    first: int | None = None
    said: list[str] = []
    parentheses = blocks = position = 0
    while match := _TOKEN.search(text, position):
        kind, token = match.lastgroup, match.group().lower()
        blank = not text[position : match.start()].strip()
        if first is None and not blank:
            first = position + len(text[position:]) - len(text[position:].lstrip())
        position = match.end()
        if kind == "block":
            position = _after_block(text, position)
        if kind in ("line", "block"):
            continue
        if kind == "dollar":
            closing = text.find(match.group(), position)
            position = len(text) if closing < 0 else closing + len(token)
        if kind == "end" and not parentheses and not blocks:
            if first is not None:
                found.append(_statement(text, first, match.start()))
            first, said = None, []
            continue
        first = match.start() if first is None else first
        parentheses = max(0, parentheses + (kind == "open") - (kind == "close"))
        if kind == "word":
            blocks = _blocks(blocks, said, token)
            said.append(token)
    rest = text[position:] if first is None else text[first:]
    if rest.strip():
        first = len(text) - len(rest.lstrip()) if first is None else first
        found.append(_statement(text, first, len(text)))
    return found


def _blocks(depth: int, said: list[str], word: str) -> int:
    """How deep a routine's BEGIN ATOMIC is open; its semicolons end no statement."""
    if not _CREATES_ROUTINE.match(" ".join(said[:4])):
        return 0
    if word == "begin" or (word == "case" and depth):
        return depth + 1
    return depth - 1 if word == "end" and depth else depth


def _after_block(text: str, position: int) -> int:
    depth = 1
    while depth:
        match = _BLOCK.search(text, position)
        if match is None:
            return len(text)
        depth += 1 if match.group() == "/*" else -1
        position = match.end()
    return position


def _statement(text: str, start: int, end: int) -> Statement:
    return Statement(text[start:end].rstrip(), text.count("\n", 0, start) + 1)


def run(session: Session, text: str, name: str) -> None:
    """Run a script as one text, in the transaction that the session is in; name stands for it in a refusal."""
    with session.lock:
        session.pgconn.send_query(text.encode())
        # libpq gives a result for each statement that ran: their number tells which one was refused
        results = session.wait(generators.execute(session.pgconn))
    for number, result in enumerate(results):
        if result.status in (pq.ExecStatus.COPY_IN, pq.ExecStatus.COPY_OUT, pq.ExecStatus.COPY_BOTH):
            session.close()
            raise Failed(f"{name}: COPY from or to the client has no client here; write INSERT, or COPY from a program")
        if result.status == pq.ExecStatus.FATAL_ERROR:
            error = psycopg.errors.error_from_result(result, "utf-8")
            every = statements(text)
            line = every[number].line if number < len(every) else 1
            raise _refusal(error, name, text, line if error.diag.statement_position is None else 1)


def run_alone(session: Session, text: str, name: str) -> None:
    """Run a script statement by statement on a session without a transaction."""
    for statement in statements(text):
        try:
            session.execute(sql.SQL(statement.text))
        except psycopg.Error as error:
            raise _refusal(error, name, statement.text, statement.line) from None


def _refusal(error: psycopg.Error, name: str, text: str, line: int) -> Exception:
    """The server's refusal with its place; a lock that was not given stays what it is, to be asked for again."""
    if isinstance(error, psycopg.errors.LockNotAvailable):
        return error
    position = error.diag.statement_position
    if position is not None:
        line += text.count("\n", 0, int(position) - 1)
    return Failed(f"the server refused {name} at line {line}: {words(error)}")
