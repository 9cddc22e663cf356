"""One consistent look at a database, shared for a few seconds by everybody in this process.

All kinds are read in one REPEATABLE READ transaction. A preview refreshes and checks dozens of resources within a
second or two, so the same look serves them all; any write drops it, and writers look again under the advisory lock.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg

from ..errors import Failed, Unreachable
from . import capabilities, ledger, session, tables
from .capabilities import Capabilities
from .kind import Cursor, Found, Part
from .kinds import KINDS
from .session import Connection

MAX_AGE_SECONDS = 5.0
ATTEMPTS = 3  # a concurrent DROP can break a catalog function in the middle of a look (measured); look again


@dataclass(frozen=True)
class Snapshot:
    """What was found: live objects by kind and key, plain tables, our ledger, and what the server can do.

    made, uses, owners: from the ledger: what is ours, how often each object was acknowledged, whose it is.
    """

    capabilities: Capabilities
    found: Mapping[str, Mapping[str, Found]]
    tables: Mapping[str, tables.Table]
    made: frozenset[tuple[str, str]]
    uses: Mapping[str, int]
    owners: Mapping[str, str] = field(default_factory=dict)

    def get(self, kind: str, key: str) -> Found | None:
        """A live object, or None."""
        return self.found[kind].get(key)


class Reader:
    """A session that looks at one database; safe to share between threads."""

    def __init__(self, connection: Connection) -> None:
        """Connects only when asked to look."""
        self.connection = connection
        self._lock = threading.RLock()
        self._session: psycopg.Connection[dict[str, Any]] | None = None
        self._snapshot: Snapshot | None = None
        self._taken = 0.0
        self._respelled: dict[Part, Found | None] = {}

    def snapshot(self, *, fresh: bool = False) -> Snapshot:
        """The look at the database, at most :data:`MAX_AGE_SECONDS` old; raises Unreachable."""
        with self._lock:
            if fresh or self._snapshot is None or time.monotonic() - self._taken > MAX_AGE_SECONDS:
                self.forget()
                self._snapshot = self._look()
                self._taken = time.monotonic()
            return self._snapshot

    def found(self, part: Part) -> Found | None:
        """The live object of a part, its value in the wanted spelling where both mean the same."""
        with self._lock:
            snapshot = self.snapshot()
            found = snapshot.get(part.kind, part.key)
            if found is None or part.value is None:
                return found
            if part not in self._respelled:
                with self.cursor() as cursor:
                    self._respelled[part] = KINDS[part.kind].respell(cursor, part.value, found)
            return self._respelled[part]

    def forget(self) -> None:
        """Drop the look, because something was written."""
        with self._lock:
            self._snapshot = None
            self._respelled.clear()

    def close(self) -> None:
        """End the session."""
        with self._lock:
            if self._session is not None:
                self._session.close()
                self._session = None
            self.forget()

    @contextmanager
    def cursor(self) -> Iterator[Cursor]:
        """A cursor in a REPEATABLE READ transaction that is always rolled back.

        One thread at a time: a roll-back would take away what another one is having respelled.
        """
        with self._lock:
            if self._session is None or self._session.closed:
                self._session = session.connect(self.connection)
                self._session.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            try:
                with self._session.cursor() as cursor:
                    yield cursor
            except psycopg.OperationalError as error:
                raise Unreachable(
                    f"the database {self.connection} broke off ({_line(error)}); run the command again"
                ) from None
            finally:
                if not self._session.closed:
                    self._session.rollback()

    def _look(self) -> Snapshot:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with self.cursor() as cursor:
                    return look(cursor)
            except psycopg.errors.Error as error:
                if attempt == ATTEMPTS:
                    raise Failed(f"the catalogs of {self.connection} cannot be read: {_line(error)}") from None
        raise Failed(f"the catalogs of {self.connection} cannot be read")  # pragma: no cover - the loop returns


def look(cursor: Cursor) -> Snapshot:
    """Read everything with one cursor, whose transaction makes it consistent."""
    can = capabilities.probe(cursor)
    found = {name: kind.read(cursor, can) for name, kind in KINDS.items()}
    here = ledger.tables(cursor)
    made = {(row["kind"], row["object"]) for row in cursor.execute(ledger.READ_MADE)} if "made" in here else set()
    uses = {row["object"]: row["uses"] for row in cursor.execute(ledger.USES)} if "history" in here else {}
    owners = {row["object"]: row["stack"] for row in cursor.execute(ledger.READ_OWNERS)} if "owner" in here else {}
    return Snapshot(can, found, tables.read(cursor), frozenset(made), uses, owners)


def _line(error: Exception) -> str:
    return " ".join(str(error).split("\n")[0].split())


_readers: dict[Connection, Reader] = {}
_readers_lock = threading.Lock()


def reader(connection: Connection) -> Reader:
    """The one reader of this process for a connection."""
    with _readers_lock:
        if connection not in _readers:
            _readers[connection] = Reader(connection)
        return _readers[connection]
