"""Catalog rows that a real server returned to our own queries, kept as data where that server is out of reach.

A recording holds, per kind, each query with its parameters and rows. Replaying it proves that the rows of that version
are read as the declared values; not that today's server still returns them (tests/database does, where one is found).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from psycopg import sql
from pulumi_timescaledb.database.capabilities import Capabilities
from pulumi_timescaledb.database.kind import Cursor, Found
from pulumi_timescaledb.database.kinds import KINDS

FOLDER = Path(__file__).parents[1] / "recorded"
_HIDDEN = ("verifier",)  # salted anew in every run, and nobody's business


class Rows(list[dict[str, Any]]):
    """Rows as a cursor gives them."""

    def fetchall(self) -> list[dict[str, Any]]:
        """All of them."""
        return list(self)

    def fetchone(self) -> dict[str, Any] | None:
        """The first."""
        return self[0] if self else None


class Recorder:
    """Stands before a real cursor and keeps what it returned."""

    def __init__(self, cursor: Cursor) -> None:
        """cursor: of a session with our fixed settings."""
        self.cursor, self.kept = cursor, list[dict[str, Any]]()

    def execute(self, query: Any, parameters: Any = None) -> Rows:
        """Ask the server, and keep the answer."""
        rows = Rows(self.cursor.execute(query, parameters).fetchall())
        for row in rows:
            row.update({name: None for name in _HIDDEN if name in row})
        kept = {"query": text(query), "parameters": _plain(parameters), "rows": [_plain(row) for row in rows]}
        self.kept.append(kept)
        return rows


class Replay:
    """Answers the recorded queries and no others."""

    def __init__(self, kept: list[dict[str, Any]]) -> None:
        """kept: of one kind."""
        self.kept = kept

    def execute(self, query: Any, parameters: Any = None) -> Rows:
        """The recorded rows."""
        for each in self.kept:
            if each["query"] == text(query) and each["parameters"] == _plain(parameters):
                return Rows(each["rows"])
        raise AssertionError("this query was not recorded: run `make golden` where the server is, and look at the rows")


def record(cursor: Cursor, can: Capabilities) -> dict[str, list[dict[str, Any]]]:
    """What every kind reads, with its rows."""
    found = {}
    for name, kind in KINDS.items():
        recorder = Recorder(cursor)
        kind.read(recorder, can)  # type: ignore[arg-type]
        found[name] = recorder.kept
    return found


def replay(kinds: Mapping[str, list[dict[str, Any]]], can: Capabilities) -> dict[str, Mapping[str, Found]]:
    """The live objects of every kind, read from a recording."""
    return {name: kind.read(Replay(kinds[name]), can) for name, kind in KINDS.items()}  # type: ignore[arg-type]


def recordings() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every recording by its file's name."""
    for path in sorted(FOLDER.glob("*.json")):
        yield path.stem, json.loads(path.read_text(encoding="utf-8"))


def text(query: Any) -> str:
    """A query's text on one line."""
    return " ".join((query.as_string() if isinstance(query, sql.Composable) else str(query)).split())


def _plain(value: Any) -> Any:
    """A value as JSON keeps it."""
    return json.loads(json.dumps(value, default=str))
