"""Write one row after another through whatever happens to the server, and remember which it confirmed."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
from psycopg import sql

from ...database import tunnel
from ...database.refused import first_line
from ...errors import Failed, TimescaleDBError

Session = psycopg.Connection[dict[str, Any]]
TABLE = "tsdb_drill"
PAUSE_SECONDS = 0.1  # between two writes, and how exact the gap is


@contextlib.contextmanager
def _told(done: str, then: str) -> Iterator[None]:
    """A server's refusal as one sentence. done: what should have been done with the table. then: what to do."""
    try:
        yield
    except psycopg.Error as error:
        raise Failed(f"the drill's table {TABLE} cannot be {done} ({first_line(error)}); {then}") from None


class Writer:
    """A table of our own, and the writes into it. connect: opens a session in autocommit."""

    def __init__(self, connect: Callable[[], Session]) -> None:
        """Remember how to connect; nothing is opened yet."""
        self._connect = connect
        self._session: Session | None = None
        self._number = 0
        self.writes: list[tuple[int, float]] = []

    def prepare(self) -> None:
        """Make the table anew; a drill that was killed has left its own. Raises Failed in the server's words."""
        with _told("made", "nothing was ended: use a role that may make and drop it"):
            self.drop()
            self._run(sql.SQL("CREATE TABLE {} (id bigint PRIMARY KEY)").format(sql.Identifier(TABLE)))

    def write(self, until: Callable[[int], bool], seconds: float) -> bool:
        """Write until something is so, which gets the number of confirmed writes; False when it did not become so.

        A write that was not confirmed may be there or not; its number is never used again.
        """
        deadline = time.monotonic() + seconds
        insert = sql.SQL("INSERT INTO {} VALUES (%s)").format(sql.Identifier(TABLE))
        while not until(len(self.writes)):
            if time.monotonic() > deadline:
                return False
            self._number += 1
            try:
                self._run(insert, self._number)
                self.writes.append((self._number, time.monotonic()))
            except (psycopg.Error, TimescaleDBError):
                self.close()
                tunnel.close()  # it may lead to a host that is gone, and would say so late
            time.sleep(PAUSE_SECONDS)
        return True

    def there(self) -> set[int]:
        """The numbers that the table holds. Raises Failed in the server's words."""
        held = sql.SQL("SELECT id FROM {}").format(sql.Identifier(TABLE))
        with _told("read", "what was lost is not known: look at the server's log, and run the drill again"):
            return {row["id"] for row in self._open().execute(held)}

    def drop(self) -> None:
        """Take the table away."""
        self._run(sql.SQL("DROP TABLE IF EXISTS {}").format(sql.Identifier(TABLE)))

    def close(self) -> None:
        """End the session, which may be broken."""
        if self._session is not None:
            with contextlib.suppress(psycopg.Error):
                self._session.close()
            self._session = None

    def clean(self) -> bool:
        """Drop the table and end the session; whether the table is gone."""
        try:
            self.drop()
        except (psycopg.Error, TimescaleDBError):
            return False
        finally:
            self.close()
        return True

    def _open(self) -> Session:
        if self._session is None:
            self._session = self._connect()
        return self._session

    def _run(self, statement: sql.Composed, *values: int) -> None:
        self._open().execute(statement, values)
