"""Other programs that work on the same database: started with libpq's environment variables, watched, and ended.

The password travels in PGPASSWORD alone, never in an argument, which every user of the machine can read. What the
program prints is passed on line by line without it.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg

from ..errors import Failed, Refusal
from ..units import Interval

GRACE_SECONDS = 5.0  # between asking a program to end and ending it
_LEASH = Path(__file__).with_name("leash.py")
_ELSEWHERE = ("PGSERVICE", "PGTARGETSESSIONATTRS", "PGOPTIONS")  # would lead to another server, or other settings
_HIDDEN = "***"
_SECOND = 1_000_000


@dataclass(frozen=True)
class Ended:
    """How a program ended: exit code, and the last line that it printed, without secrets."""

    code: int
    last_line: str


def environment(info: psycopg.ConnectionInfo) -> dict[str, str]:
    """This process's environment with the database of a session in libpq's variables, and with no other's."""
    parameters = info.get_parameters()
    given = {
        "PGHOST": info.host,
        "PGHOSTADDR": parameters.get("hostaddr", ""),
        "PGPORT": str(info.port),
        "PGDATABASE": info.dbname,
        "PGUSER": info.user,
        "PGPASSWORD": info.password,
        "PGSSLMODE": parameters.get("sslmode", ""),
    }
    inherited = {key: value for key, value in os.environ.items() if key not in (*given, *_ELSEWHERE)}
    return inherited | {key: value for key, value in given.items() if value}


def run(
    words: Sequence[str], folder: str, info: psycopg.ConnectionInfo, timeout: Interval, *, shown: bool = True
) -> Ended:
    """Run a program in a folder until it ends; shown: pass on what it prints.

    Raises Refusal where the folder or the program is not there, Failed when the time is over.
    """
    if not Path(folder).is_dir():
        raise Refusal(f"migrations {folder}: the folder does not exist; directory names where {words[0]} runs")
    beside = (Path(folder) / words[0]).resolve()
    program = shutil.which(str(beside) if "/" in words[0] else words[0])
    if program is None:
        raise Refusal(f"migrations {folder}: {words[0]} is not a program on PATH; install it or write its path")
    late, last = threading.Event(), ""
    # on a leash, because nobody would end a program whose engine was killed
    with subprocess.Popen(
        [sys.executable, "-I", str(_LEASH), program, *words[1:]],
        cwd=folder,
        env=environment(info),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:
        timer = threading.Timer(timeout.total_microseconds / _SECOND, _end, (process, late))
        timer.daemon = True
        timer.start()
        try:
            for raw in process.stdout or ():
                line = _clean(raw.decode("utf-8", "replace").rstrip(), info.password)
                last = line.strip() or last
                if shown:
                    print(line, flush=True)
            code = process.wait()
        finally:
            timer.cancel()
            _kill(process)
    if late.is_set():
        raise Failed(f"migrations {folder}: {words[0]} did not end within {timeout} and was ended; set timeout higher")
    return Ended(code, last)


def _clean(line: str, password: str) -> str:
    return line.replace(password, _HIDDEN) if password else line


def _end(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    process.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    _kill(process)  # also where it ended: what it had started would keep our end of its output open


def _kill(process: subprocess.Popen[bytes]) -> None:
    """The whole group: a program may have started others."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return  # all of them have ended
