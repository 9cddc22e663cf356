"""Killing a run inside one step, and what is looked at afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pulumi_timescaledb.database import ledger

from ..support import sampling
from ..support.fix_database import Database
from ..support.fix_local import Stack

ALL = sampling.whole("kills")
"""`make kills`: every step with every victim; otherwise a sample, drawn anew in each run with its seed printed."""

PAUSED = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND application_name LIKE 'pulumi_time%'"
# what the command line of a victim holds: ours (tools/engine) or the official one's
_WORDS = {
    "provider": (b"dynamic.py", b"pulumi.dynamic", b"pulumi-resource-pulumi-python"),
    "program": (b"pulumi-language-python-exec",),
    "plugin": (b"plugins/docker", b"plugins.docker", b"pulumi-resource-docker"),
}
_PAUSE = (
    "CREATE SCHEMA pause",
    "CREATE TABLE pause.at (sentence text)",
    """CREATE FUNCTION pause.here() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      WHILE EXISTS (SELECT FROM pause.at WHERE sentence = NEW.sentence) LOOP PERFORM pg_sleep(0.5); END LOOP;
      RETURN NEW;
    END $$""",
    "CREATE TRIGGER pause BEFORE INSERT ON pulumi_timescaledb.history FOR EACH ROW EXECUTE FUNCTION pause.here()",
)


def pause_at(database: Database, sentence: str) -> None:
    """Make the server wait inside one step: its statement has run, its transaction is open.

    Every step records its sentence in the ledger in the same transaction, so a trigger there can wait.
    """
    for statement in ledger.CREATE.as_string().split(";"):
        if statement.strip():
            database.sql(statement)
    for statement in _PAUSE:
        database.sql(statement)
    database.sql("INSERT INTO pause.at VALUES ('" + sentence.replace("'", "''") + "')")


def wait_until_paused(database: Database, run: subprocess.Popen[bytes], seconds: float = 60) -> None:
    """Wait for a run to arrive there."""
    deadline = time.monotonic() + seconds
    while database.sql(PAUSED) == [(0,)]:
        assert run.poll() is None, "the run ended without passing the step"
        assert time.monotonic() < deadline, "the run did not arrive at the step"
        time.sleep(0.05)


def go_on(database: Database) -> None:
    """Let the step go on, if its session still lives, and wait for no other."""
    database.sql("DELETE FROM pause.at")


def take_away(database: Database) -> None:
    """Remove what made the server wait."""
    database.sql("DROP SCHEMA pause CASCADE")


@contextmanager
def running(stack: Stack) -> Iterator[subprocess.Popen[bytes]]:
    """A run that has just been started; its end is waited for, and it is ended in any case."""
    words = ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive", "--cwd", str(stack.folder)]
    with subprocess.Popen(
        [*words, "--stack", stack.name], env=stack.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as run:
        try:
            yield run
            run.wait(120)
        finally:
            run.kill()


def kill(run: subprocess.Popen[bytes], victim: str, database: Database | None = None) -> None:
    """SIGKILL the engine, the program, the dynamic provider or the docker plugin, or end our session's server process.

    One that has not been started yet is waited for; where the run ends before, nobody is killed.
    """
    if victim == "engine":
        run.kill()
    elif victim == "backend" and database is not None:
        database.server.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'pulumi_timescaledb%'"
        )
    else:
        found: list[int] = []
        while not found and run.poll() is None:
            found = [pid for pid in children(run.pid) if any(words in command(pid) for words in _WORDS[victim])]
        for pid in found:
            os.kill(pid, signal.SIGKILL)


def command(pid: int) -> bytes:
    """The command line of a process, empty when it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def children(parent: int) -> set[int]:
    """The processes below one, however deep."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(entry.parent.name)] = int(entry.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue  # ended meanwhile
    found = {parent}
    while more := {pid for pid, above in parents.items() if above in found} - found:
        found |= more
    return found - {parent}


def processes_of(folder: Path) -> list[int]:
    """Processes that work in a folder: the program and the provider of a stack."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "cwd").resolve() == folder.resolve():
                found.append(int(entry.name))
        except OSError:
            continue  # ended meanwhile
    return found


def gone(folder: Path, seconds: float = 15) -> list[int]:
    """Wait until no process works in the folder; those that still do."""
    deadline = time.monotonic() + seconds
    while processes_of(folder) and time.monotonic() < deadline:
        time.sleep(0.1)
    return processes_of(folder)
