"""Running the steps of one object: in one transaction with their rows in the ledger, then those that refuse one.

A kill leaves all or nothing of the transaction; what comes after it is found by a rerun as still to be done.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg

from ...errors import Busy, Failed, Unreachable
from .. import ledger, session
from ..capabilities import Capabilities
from ..kind import Change, Found, Part, Step, whole
from ..kinds import KINDS
from ..refused import words
from ..session import Connection
from .locks import Watch, Writer

ATTEMPTS = 5
RETRY_SECONDS = 0.25

Work = Sequence[tuple[Part, Change, Found | None]]
"""What is to be done to each part, and the part as it was found."""


class Execution:
    """One object's steps on one writing session. kind, key: of the declared object, for the history."""

    def __init__(self, writer: Writer, connection: Connection, kind: str, key: str, code: str | None) -> None:
        """code: the acknowledgement that allows it, None where none was needed."""
        self.writer, self.connection = writer, connection
        self.kind, self.key, self.code = kind, key, code
        self.sentences: list[str] = []

    def run(self, work: Work, can: Capabilities) -> None:
        """Everything, recorded; raises Busy, Unreachable or Failed with the object's name."""
        outside: list[Step] = []
        with self._explained():
            with self.writer.transaction():
                for part, change, found in work:
                    for step in KINDS[part.kind].statements(change, part.value, found, can):
                        if step.outside_transaction:
                            outside.append(step)
                            continue
                        execute(self.writer, self.connection, step)
                        self.record(step.sentence)
                        for made in step.made:
                            self.writer.execute(ledger.MADE, (part.kind, made))
                        for gone in step.unmade:
                            self.writer.execute(ledger.UNMADE, (part.kind, gone))
                    if part.value is None:
                        self.writer.execute(ledger.UNMADE, (part.kind, part.key))
                    elif _ours(part, found):
                        self.writer.execute(ledger.MADE, (part.kind, part.key))
            for step in outside:
                with session.connect(self.connection, autocommit=True, statement_timeout=0) as alone:
                    _perform(alone, step)
                self.record(step.sentence)

    def record(self, sentence: str) -> None:
        """One row of the history."""
        self.writer.execute(ledger.RECORD, (self.kind, self.key, sentence, self.code))
        self.sentences.append(sentence)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        name = f"{self.kind}:{self.key}"
        try:
            yield
        except psycopg.OperationalError as error:
            if self.writer.closed:
                raise Unreachable(
                    f"the database {self.connection} broke off while {name} was written; run again"
                ) from None
            raise Failed(f"{name}: the server refused: {words(error)}") from None
        except psycopg.errors.Error as error:
            raise Failed(f"{name}: the server refused: {words(error)}") from None
        except Waited as error:
            raise Busy(
                f"{name}: a lock was not given in time; in the way is {error}; end it or run again later"
            ) from None


class Waited(Exception):
    """A lock was not given; the words say what was in the way."""


def execute(writer: Writer, connection: Connection, step: Step) -> None:
    """Run a step; a lock that is not given in time is asked for again, with the transaction kept by a savepoint."""
    watch: Watch | None = None
    try:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with writer.transaction():
                    rows = _perform(writer, step)
                break
            except psycopg.errors.LockNotAvailable:
                if attempt == ATTEMPTS:
                    raise Waited(watch.sentence if watch else "another statement") from None
                watch = watch or Watch(connection, writer)
                time.sleep(RETRY_SECONDS * 2**attempt)
    finally:
        if watch is not None:
            watch.close()
    for following in step.then(rows) if step.then else ():
        execute(writer, connection, following)


def _perform(session: Writer, step: Step) -> list[dict[str, Any]]:
    if step.run is not None:
        step.run(session)
        return []
    # without parameters the text goes as it is, so a % in it stays a %
    cursor = session.execute(step.statement, step.parameters or None)
    return cursor.fetchall() if step.then else []


def _ours(part: Part, before: Found | None) -> bool:
    """Whether a policy or job is there now that was not there before we wrote."""
    if KINDS[part.kind].ours is not whole:
        return False  # its steps say themselves what they make
    release = KINDS[part.kind].release
    return bool(release(part.key, part.value)) and not (before and release(part.key, before.value))
