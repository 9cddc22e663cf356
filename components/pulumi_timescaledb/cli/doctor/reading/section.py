"""One subject of the look: a failure inside it leaves the rest of the look standing, and is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import psycopg
from psycopg import errors, sql

from ....database.kind import Cursor
from ....database.refused import first_line

T = TypeVar("T")


@dataclass(frozen=True)
class Unread:
    """what: the subject that was not looked at. why: the reason. remedy: what would show it."""

    what: str
    why: str
    remedy: str


@dataclass
class Sections:
    """A cursor in the look's transaction, and what could not be read so far."""

    cursor: Cursor
    role: str
    unread: list[Unread] = field(default_factory=list)

    def read(self, what: str, reading: Callable[[], T], instead: T) -> T:
        """The value of a reading in a savepoint of its own; `instead` where the server gives none in time."""
        try:
            with self.cursor.connection.transaction():
                return reading()
        except (psycopg.errors.QueryCanceled, psycopg.errors.LockNotAvailable):
            self.miss(what, "the server gave no answer in time", "run the command again when less is going on")
        except psycopg.errors.InsufficientPrivilege as error:
            self.miss(what, first_line(error), self.grant("pg_read_all_data", "pg_monitor"))
        except (psycopg.errors.Error, psycopg.DataError) as error:
            if self.cursor.connection.closed or isinstance(error, errors.AdminShutdown):
                raise
            self.miss(what, first_line(error), "run the command again; if it says so again, report this")
        return instead

    def miss(self, what: str, why: str, remedy: str) -> None:
        """Remember what was not looked at."""
        self.unread.append(Unread(what, why, remedy))

    def grant(self, *roles: str) -> str:
        """The statement that lets this session's role see more."""
        names = sql.SQL(", ").join(map(sql.Identifier, roles))
        return sql.SQL("GRANT {} TO {}").format(names, sql.Identifier(self.role)).as_string(None)

    @contextmanager
    def no_longer_than(self, milliseconds: int) -> Iterator[None]:
        """A shorter statement time-out, for what reads a user's own tables."""
        before = self.cursor.execute("SELECT current_setting('statement_timeout') AS value").fetchone()
        self.cursor.execute("SELECT set_config('statement_timeout', %s, true)", (str(milliseconds),))
        yield
        self.cursor.execute("SELECT set_config('statement_timeout', %s, true)", (before["value"] if before else "0",))
