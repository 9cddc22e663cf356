"""Who may write: one run at a time a database, one object at a time a run, and what stands in a statement's way.

A run is everything that one engine does, which may take several provider processes (the engine starts a second one
when the configuration changed); they share the run's tag. The run's lock is taken at its first write and held until
its process ends, so that two runs never interleave; a run that finds it held waits, then refuses and names the holder.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg

from ...errors import Busy
from .. import session
from ..session import Connection

RUN_KEY, WRITE_KEY = 0x7473_6462, 0x7473_6477  # "tsdb", "tsdw"
WAIT_SECONDS = 60
RETRY_SECONDS = 0.25
WATCH_SECONDS = 0.2

_HOLDER = """
SELECT a.pid, a.application_name, a.usename, date_trunc('second', now() - a.backend_start)::text AS age
FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.locktype = 'advisory' AND l.granted AND l.objid = %s AND l.database = (
  SELECT oid FROM pg_database WHERE datname = current_database())
"""
_BLOCKERS = """
SELECT a.pid, left(regexp_replace(a.query, '\\s+', ' ', 'g'), 80) AS query, a.state,
       date_trunc('second', now() - coalesce(a.xact_start, a.query_start))::text AS age
FROM pg_stat_activity a WHERE a.pid = ANY (pg_blocking_pids(%s)) ORDER BY a.xact_start LIMIT 1
"""
Writer = psycopg.Connection[dict[str, Any]]

_one_writer = threading.Lock()  # threads of one provider take turns before they ask the server
_runs: dict[Connection, Writer] = {}
_writers: dict[Connection, Writer] = {}  # kept between objects: a new session's first statements are its slowest


@contextmanager
def writing(connection: Connection, *, keep: bool = True) -> Iterator[Writer]:
    """A session that alone may write to this database; raises :class:`~...errors.Busy` naming who writes.

    keep: the next object may have the session, unless something went wrong in it. pg_try_advisory_lock in a loop,
    because a lock_timeout would also cancel a waiting pg_advisory_lock (measured).
    """
    with _one_writer:
        _begin_run(connection)
        writer = _writers.pop(connection, None)
        if writer is None or not _alive(writer):
            writer = session.connect(connection, autocommit=True, statement_timeout=0)
            writer.prepare_threshold = None  # what is prepared does not outlive the object
        whole = False
        try:
            _take(writer, WRITE_KEY, connection)
            yield writer
            whole = True
        finally:
            if whole and keep and _emptied(writer):
                _writers[connection] = writer
            else:
                writer.close()


def _emptied(writer: Writer) -> bool:
    """Take back the lock and whatever else was set or made in the session; False when it cannot do so."""
    try:
        writer.execute("DISCARD ALL")
    except psycopg.Error:
        return False
    return True


@contextmanager
def between_objects(connection: Connection) -> Iterator[Writer]:
    """A session while no object is being written, also in the middle of somebody's run: for a hold, which must not wait
    for the run that it is to stop."""
    with _one_writer, session.connect(connection, autocommit=True, statement_timeout=0) as writer:
        _take(writer, WRITE_KEY, connection)
        yield writer


def _begin_run(connection: Connection) -> None:
    """Take the run's lock, unless this run holds it already, here or in another of its processes."""
    held = _runs.get(connection)
    if held is not None and _alive(held):
        return
    holder = session.connect(connection, autocommit=True, statement_timeout=0)
    try:
        if _take(holder, RUN_KEY, connection, shared_by=f" {session.RUN} "):
            _runs[connection] = holder
            return
    except BaseException:
        holder.close()
        raise
    holder.close()


def end_run() -> None:
    """Give every run's lock back; a process that ends does so by itself."""
    for sessions in (_runs, _writers):
        while sessions:
            sessions.popitem()[1].close()


def _alive(held: Writer) -> bool:
    try:
        held.execute("SELECT 1")
    except psycopg.Error:  # an extension that was updated meanwhile is an internal error, and the end of the session
        return False
    return True


def _take(writer: Writer, key: int, connection: Connection, shared_by: str = "") -> bool:
    """Wait for a lock; False when a process of the same run holds it."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        row = writer.execute("SELECT pg_try_advisory_lock(%s) AS got", (key,)).fetchone()
        if row and row["got"]:
            return True
        holder = writer.execute(_HOLDER, (key,)).fetchone()
        if shared_by and holder and shared_by in holder["application_name"] + " ":
            return False
        if time.monotonic() > deadline:
            raise Busy(_busy(holder, connection))
        time.sleep(RETRY_SECONDS)


def _busy(holder: Mapping[str, Any] | None, connection: Connection) -> str:
    who = "another run"
    if holder:
        who = f"process {holder['pid']} ({holder['application_name']}, {holder['usename']}, since {holder['age']})"
    return f"{connection}: {who} is writing to this database; wait for it to end and run again"


class Watch:
    """Looks, from a session of its own, at what a waiting statement waits for."""

    def __init__(self, connection: Connection, writer: Writer) -> None:
        """Starts looking at once."""
        self._connection, self._pid = connection, writer.info.backend_pid
        self._seen: Mapping[str, Any] | None = None
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        with session.connect(self._connection, autocommit=True, read_only=True) as looker:
            while not self._done.wait(WATCH_SECONDS):
                self._seen = looker.execute(_BLOCKERS, (self._pid,)).fetchone() or self._seen

    def close(self) -> None:
        """Stop looking."""
        self._done.set()
        self._thread.join()

    @property
    def sentence(self) -> str:
        """The statement that was in the way: its process, age and beginning."""
        if self._seen is None:
            return "a statement that has ended by now"
        idle = " (idle in its transaction)" if str(self._seen["state"]).startswith("idle") else ""
        return f"process {self._seen['pid']}{idle}, for {self._seen['age']}: {self._seen['query']}"
