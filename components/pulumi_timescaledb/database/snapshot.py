"""One consistent look at a database, shared for a few seconds by everybody in this process.

All kinds are read in one REPEATABLE READ transaction. A preview refreshes and checks dozens of resources within a
second or two, so the same look serves them all; any write drops it, and writers look again under the advisory lock,
unless the server itself says that none has been committed since (:mod:`.horizon`). A writer converges one object and
needs few kinds of things for it, so each is read when it is first asked for (:meth:`Reader.sparing`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast

import psycopg

from ..errors import Busy, Failed, Unreachable
from . import capabilities, holds, horizon, ledger, objects, routines, session, tables
from .capabilities import Capabilities
from .holds import Hold
from .kind import Cursor, Found, Kind, Part, as_recorded
from .kinds import KINDS
from .kinds.grant.found import Grants
from .later import Later, Putting, whole
from .objects import Object
from .queries import trial
from .refused import first_line
from .session import Connection
from .undo import undo

MAX_AGE_SECONDS = 5.0
_IDLE = psycopg.pq.TransactionStatus.IDLE
ATTEMPTS = 3  # a concurrent DROP can break a catalog function in the middle of a look (measured); look again


@dataclass(frozen=True)
class Snapshot:
    """What was found: live objects by kind and key, plain tables, our ledger, what the server can do, whatever
    privileges can be granted on (objects), and routines.

    made, uses, owners: from the ledger: what is ours, how often each object was acknowledged, whose it is. holds: by
    the name of the declared object, expired ones too.
    """

    capabilities: Capabilities
    found: Mapping[str, Mapping[str, Found]]
    tables: Mapping[str, tables.Table]
    made: frozenset[tuple[str, str]]
    uses: Mapping[str, int]
    owners: Mapping[str, str] = field(default_factory=dict)
    holds: Mapping[str, Hold] = field(default_factory=dict)
    objects: Mapping[str, Object] = field(default_factory=dict)
    routines: routines.Routines = field(default_factory=dict)

    def get(self, kind: str, key: str) -> Found | None:
        """A live object, or None."""
        return self.found[kind].get(key)


class Reader:
    """A session that looks at one database; safe to share between threads."""

    def __init__(self, connection: Connection, *, sparing: bool = False) -> None:
        """Connects only when asked to look. sparing: as :meth:`sparing` gives it."""
        self.connection = connection
        self._is_sparing = sparing
        self._for_writers: Reader | None = None
        self._lock = threading.RLock()
        self._session: psycopg.Connection[dict[str, Any]] | None = None
        self._snapshot: Snapshot | None = None
        self._taken = 0.0
        self._horizon: str | None = None
        self._moment: str | None = None  # the horizon that the open transaction of a sparing look is known to see
        self._respelled: dict[Part, Found | None] = {}

    def snapshot(self, *, fresh: bool = False) -> Snapshot:
        """The look at the database, at most :data:`MAX_AGE_SECONDS` old; raises Unreachable.

        fresh: as it is now; the last look serves only if nothing was written by anybody since.
        """
        with self._lock:
            # while its transaction is open a look does not age: what it puts off must be of its own moment
            current = (self._is_sparing and self._moment) or time.monotonic() - self._taken <= MAX_AGE_SECONDS
            snapshot = self._snapshot if current else None
            if fresh or snapshot is None:
                self.rest()
            if snapshot is None or (fresh and not self._still()):
                self.forget()
                snapshot = self._snapshot = self._look()
                self._taken = time.monotonic()
            elif fresh:  # what was not read from the server's rows may be another by now
                self._respelled = {part: found for part, found in self._respelled.items() if not KINDS[part.kind].look}
            return snapshot

    def found(self, part: Part) -> Found | None:
        """The live object of a part, its value in the wanted spelling where both mean the same."""
        with self._lock:
            snapshot, kind = self.snapshot(), KINDS[part.kind]
            found = snapshot.get(part.kind, part.key)
            if part.value is None or (found is None and kind.look is None and kind.presume is as_recorded):
                return found
            if part not in self._respelled:
                # the server tries a wanted query as a temporary view, and more of a look may follow in its transaction
                with self.cursor() as cursor, trial(cursor) if self._is_sparing else nullcontext():
                    found = kind.look(cursor, part.key, part.value) if kind.look is not None else found
                    found = kind.presume(cursor, part.value, found)
                    self._respelled[part] = None if found is None else kind.respell(cursor, part.value, found)
            return self._respelled[part]

    @contextmanager
    def sparing(self) -> Iterator[Reader]:
        """For the one that may write: a reader whose looks read each kind of thing when it is first asked for.

        Its transaction stays open until :meth:`rest`, so that all of a look is of one moment: call that before a
        statement that takes locks. What was read serves the next writer, if nothing was written meanwhile.
        """
        with self._lock:
            if self._for_writers is None:
                self._for_writers = Reader(self.connection, sparing=True)
            reader = self._for_writers
        try:
            yield reader
        finally:
            reader.rest()

    def rest(self) -> None:
        """End the transaction of a sparing look; what it did not read can be read if nothing is written meanwhile."""
        with self._lock:
            self._moment = None
            if self._session is not None and self._session.info.transaction_status != _IDLE:
                try:
                    undo(self._session)
                except psycopg.OperationalError:  # broken: there is no transaction any more, and the next look says so
                    self._session.close()

    def forget(self) -> None:
        """Drop the look, because something was written."""
        with self._lock:
            self._snapshot = self._horizon = None
            self._respelled.clear()
            if self._for_writers is not None:
                self._for_writers.forget()

    def close(self) -> None:
        """End the session."""
        with self._lock:
            if self._session is not None:
                self._session.close()
                self._session = None
            if self._for_writers is not None:
                self._for_writers.close()
            self.forget()

    @contextmanager
    def cursor(self) -> Iterator[Cursor]:
        """A cursor in a REPEATABLE READ transaction that is always rolled back, in a sparing look by :meth:`rest`.

        One thread at a time: a roll-back would take away what another one is having respelled.
        """
        with self._lock:
            if self._session is None or self._session.closed:
                self._session = session.connect(self.connection)
                self._session.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
                self._session.prepare_threshold = 1  # the same queries again and again
                self._horizon = self._moment = None  # it may be another server by now
            well = False
            try:
                with self._session.cursor() as cursor:
                    yield cursor
                well = True
            except psycopg.errors.LockNotAvailable:
                raise Busy(
                    f"the database {self.connection} cannot be read, because a statement holds a lock on one of its "
                    f"tables; wait for it to end, or end it (pg_stat_activity names it), and run the command again"
                ) from None
            except psycopg.OperationalError as error:
                raise Unreachable(
                    f"the database {self.connection} broke off ({first_line(error)}); run the command again"
                ) from None
            finally:
                if not self._session.closed:
                    if not well:
                        self._session.rollback()  # also of what was prepared, which may be what is wrong
                        self._moment = None
                    elif not self._is_sparing:
                        undo(self._session)

    def _still(self) -> bool:
        if self._horizon is None:
            return False
        with self.cursor() as cursor:
            still = self._horizon is not None and horizon.still(cursor, self._horizon)
        self._moment = self._horizon if still else None
        return still

    def _read(self, moment: str, read: Callable[[Cursor], Mapping[Any, Any]]) -> Mapping[Any, Any]:
        """What a look of a moment had left out, in its transaction or in one that sees the same."""
        with self._lock:
            try:
                with self.cursor() as cursor:
                    if self._moment != moment and not horizon.still(cursor, moment):
                        raise Busy(
                            f"{self.connection} was written to by somebody else meanwhile; run the command again"
                        )
                    self._moment = moment
                    return read(cursor)
            except psycopg.errors.Error as error:
                raise Failed(f"the catalogs of {self.connection} cannot be read: {first_line(error)}") from None

    def _put_off(self, moment: str | None) -> Putting | None:
        """Of a standby nothing can be said later, so all is read at once there."""
        return (lambda read: Later(partial(self._read, moment, read))) if self._is_sparing and moment else None

    def _look(self) -> Snapshot:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with self.cursor() as cursor:
                    self._horizon = self._moment = horizon.now(cursor)
                    return look(cursor, self._put_off(self._horizon))
            except psycopg.errors.Error as error:
                if attempt == ATTEMPTS:
                    raise Failed(f"the catalogs of {self.connection} cannot be read: {first_line(error)}") from None
        raise Failed(f"the catalogs of {self.connection} cannot be read")  # pragma: no cover - the loop returns


def look(cursor: Cursor, put_off: Putting | None = None) -> Snapshot:
    """Read everything with one cursor, whose transaction makes it consistent.

    put_off: what makes a reading one for later; the ledger and what the server can do are read at once.
    """
    read: Putting = put_off or (lambda how: how(cursor))
    can = capabilities.probe(cursor)
    found = {name: read(partial(_of, kind, can)) for name, kind in KINDS.items()}
    here = ledger.tables(cursor)
    made = {(row["kind"], row["object"]) for row in cursor.execute(ledger.READ_MADE)} if "made" in here else set()
    uses = {row["object"]: row["uses"] for row in cursor.execute(ledger.USES)} if "history" in here else {}
    owners = {row["object"]: row["stack"] for row in cursor.execute(ledger.READ_OWNERS)} if "owner" in here else {}
    held = holds.read(cursor) if "hold" in here else {}
    grantable = read(lambda _: objects.of(cast(Grants, whole(found["grant"])).rows))
    known = read(routines.read)
    return Snapshot(can, found, read(tables.read), frozenset(made), uses, owners, held, grantable, known)


def _of(kind: Kind, can: Capabilities, cursor: Cursor) -> Mapping[str, Found]:
    return kind.read(cursor, can)


_readers: dict[Connection, Reader] = {}
_readers_lock = threading.Lock()


def reader(connection: Connection) -> Reader:
    """The one reader of this process for a connection."""
    with _readers_lock:
        if connection not in _readers:
            _readers[connection] = Reader(connection)
        return _readers[connection]
