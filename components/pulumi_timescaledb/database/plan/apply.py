"""Converging one declared object: under the advisory lock, look again, gate again, write in order, look once more.

Each object's statements run in one transaction with their rows in the ledger, so a kill leaves all or nothing;
statements that the server refuses inside a transaction come after it, and a rerun finds them still to be done.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg

from ...errors import Busy, Failed, Refusal, Unreachable
from .. import ledger, session
from ..declared.composition import Declared
from ..kind import Change, Found, Part, Step
from ..kinds import KINDS
from ..session import Connection
from ..snapshot import Reader
from . import order
from .plan import make
from .view import View

LOCK_KEY = 0x7473_6462  # "tsdb": one lock a database, held by whoever writes
LOCK_WAIT_SECONDS = 60
LOCK_RETRY_SECONDS = 0.25
DDL_ATTEMPTS = 5
ROUNDS = 3  # a rebuild takes its policies with it, so a second round makes them anew

_one_writer = threading.Lock()  # threads of one provider take turns before they ask the server

_HOLDER = """
SELECT a.pid, a.application_name, a.usename, date_trunc('second', now() - a.backend_start)::text AS age
FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.locktype = 'advisory' AND l.granted AND l.objid = %s AND l.database = (
  SELECT oid FROM pg_database WHERE datname = current_database())
"""
_BLOCKERS = """
SELECT a.pid, left(a.query, 80) AS query, date_trunc('second', now() - a.query_start)::text AS age
FROM pg_stat_activity a WHERE a.datname = current_database() AND a.pid <> pg_backend_pid()
  AND a.state <> 'idle' AND a.backend_type = 'client backend' ORDER BY a.query_start LIMIT 1
"""
Writer = psycopg.Connection[dict[str, Any]]


def converge(
    reader: Reader, declared: Declared, *, apache_fallback: bool, acknowledged: Mapping[str, str]
) -> list[str]:
    """Make one object as declared; returns the sentences of what was done, none when nothing differed."""
    name = order.name(declared)
    done: list[str] = []
    with writing(reader.connection) as writer:
        for _ in range(ROUNDS):
            reader.snapshot(fresh=True)
            plan = make(reader, [declared], apache_fallback=apache_fallback, acknowledged=acknowledged)
            if plan.refusals:
                raise Refusal("; ".join(plan.refusals))
            view = View.of(reader, apache_fallback)
            work = view.work(declared)
            if not work:
                return done
            done += _run(writer, reader, name, declared, view, work, plan.acknowledged.get(name))
        left = View.of(reader, apache_fallback).work(declared)
        if left:
            raise Failed(
                f"{name} still differs after it was written ({left[0][1].field or left[0][1].kind}); report this"
            )
    return done


def release(reader: Reader, declared: Declared, *, apache_fallback: bool) -> list[str]:
    """Stop managing an object: remove the policies and jobs that we made, drop nothing."""
    with writing(reader.connection) as writer:
        reader.snapshot(fresh=True)
        view = View.of(reader, apache_fallback)
        steps: list[tuple[Part, Step]] = []
        for part in view.edition.parts(declared):
            found = view.snapshot.get(part.kind, part.key)
            if found is None or (part.kind, part.key) not in view.snapshot.made:
                continue
            for change in KINDS[part.kind].release(part.key, found.value):
                for step in KINDS[part.kind].statements(change, None, found, view.snapshot.capabilities):
                    steps.append((part, step))
        with writer.transaction():
            for part, step in steps:
                _execute(writer, step)
                writer.execute(ledger.UNMADE, (part.kind, part.key))
                writer.execute(ledger.RECORD, (part.kind, part.key, step.sentence, None))
    reader.forget()
    return [step.sentence for _, step in steps]


def _run(
    writer: Writer,
    reader: Reader,
    name: str,
    declared: Declared,
    view: View,
    work: list[tuple[Part, Change]],
    code: str | None,
) -> list[str]:
    sentences: list[str] = []
    outside: list[Step] = []
    can = view.snapshot.capabilities
    try:
        with writer.transaction():
            writer.execute(ledger.CREATE)
            for part, change in work:
                found = reader.found(part)
                for step in KINDS[part.kind].statements(change, part.value, found, can):
                    if step.outside_transaction:
                        outside.append(step)
                        continue
                    _execute(writer, step)
                    writer.execute(ledger.RECORD, (declared.kind, declared.key, step.sentence, code))
                    sentences.append(step.sentence)
                if part.value is None:
                    writer.execute(ledger.UNMADE, (part.kind, part.key))
                elif _ours(part, found):
                    writer.execute(ledger.MADE, (part.kind, part.key))
        for step in outside:
            with session.connect(reader.connection, autocommit=True, statement_timeout=0) as alone:
                alone.execute(step.statement, step.parameters or None)
            writer.execute(ledger.RECORD, (declared.kind, declared.key, step.sentence, code))
            sentences.append(step.sentence)
    except psycopg.errors.LockNotAvailable:
        raise Busy(_in_the_way(writer, name)) from None
    except psycopg.OperationalError as error:
        if writer.closed:
            raise Unreachable(
                f"the database {reader.connection} broke off while {name} was written; run again"
            ) from None
        raise Failed(f"{name}: the server refused: {_words(error)}") from None
    except psycopg.errors.Error as error:
        raise Failed(f"{name}: the server refused: {_words(error)}") from None
    finally:
        reader.forget()
    return sentences


def _ours(part: Part, before: Found | None) -> bool:
    """Whether a policy or job is there now that was not there before we wrote."""
    release = KINDS[part.kind].release
    return bool(release(part.key, part.value)) and not (before and release(part.key, before.value))


def _execute(writer: Writer, step: Step) -> None:
    """Run a step; a lock that is not given in time is asked for again, with the transaction kept by a savepoint."""
    for attempt in range(1, DDL_ATTEMPTS + 1):
        try:
            with writer.transaction():
                # without parameters the text goes as it is, so a % in a migration stays a %
                cursor = writer.execute(step.statement, step.parameters or None)
                rows = cursor.fetchall() if step.then else []
            break
        except psycopg.errors.LockNotAvailable:
            if attempt == DDL_ATTEMPTS:
                raise
            time.sleep(LOCK_RETRY_SECONDS * 2**attempt)
    for following in step.then(rows) if step.then else ():
        _execute(writer, following)


@contextmanager
def writing(connection: Connection) -> Iterator[Writer]:
    """A session that holds the database's advisory lock, so that two runs never interleave.

    pg_try_advisory_lock in a loop, because a lock_timeout would also cancel a waiting pg_advisory_lock (measured).
    """
    with _one_writer, session.connect(connection, autocommit=True, statement_timeout=0) as writer:
        deadline = time.monotonic() + LOCK_WAIT_SECONDS
        while True:
            row = writer.execute("SELECT pg_try_advisory_lock(%s) AS got", (LOCK_KEY,)).fetchone()
            if row and row["got"]:
                break
            if time.monotonic() > deadline:
                raise Busy(_holder(writer, connection))
            time.sleep(LOCK_RETRY_SECONDS)
        yield writer


def _holder(writer: Writer, connection: Connection) -> str:
    row = writer.execute(_HOLDER, (LOCK_KEY,)).fetchone()
    who = (
        f"process {row['pid']} ({row['application_name']}, {row['usename']}, since {row['age']})"
        if row
        else "another run"
    )
    return f"{connection}: {who} is writing to this database; wait for it to end and run again"


def _in_the_way(writer: Writer, name: str) -> str:
    row = writer.execute(_BLOCKERS).fetchone()
    blocker = (
        f"process {row['pid']}, for {row['age']}, runs: {row['query']}" if row else "a statement that has ended by now"
    )
    return f"{name}: a lock was not given in time; in the way is {blocker}; end it or run again later"


def _words(error: psycopg.Error) -> str:
    parts = [
        error.diag.message_primary or str(error).split("\n")[0],
        error.diag.message_detail,
        error.diag.message_hint,
    ]
    return "; ".join(" ".join(part.split()).rstrip(".") for part in parts if part)
