"""Started between us and a program that must not outlive us: runs it, and ends it when we are gone, even by SIGKILL.

The program stays in our process group, so that whoever ends that group, as an engine does with a provider, ends the
program too. What the program starts is ended with it, because the AWS command line starts another program (Session
Manager's plugin) that would go on alone: on Linux everything below us in the tree of processes (proc(5)), but for what
took a session of its own; elsewhere the program alone. A file that needs nothing else, so that starting it costs a bare
interpreter.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

POLL_SECONDS = 0.25
GRACE_SECONDS = 4.0  # between asking to end and ending; those who end us wait for five
_KILLED_SECONDS = 1.0
_PR_SET_CHILD_SUBREAPER = 36  # prctl(2): what a program leaves behind becomes our child instead of the first process's


def main(words: list[str]) -> int:
    """Run the program until it ends, somebody ends us, or our parent is another one than at the start."""
    parent, over = os.getppid(), []
    signal.signal(signal.SIGTERM, lambda *_: over.append(True))
    if os.getsid(0) != os.getpid():  # Ctrl-C reaches the whole group: our parent answers it, and may need the program
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    program = subprocess.Popen(words)
    while program.poll() is None and not over and os.getppid() == parent:
        time.sleep(POLL_SECONDS)
    _end(program)
    return program.returncode if program.poll() is not None else 1


def _end(program: subprocess.Popen[bytes]) -> None:
    """Ask the program and what it started to end, and after a while end what is left."""
    for number, seconds in ((signal.SIGTERM, GRACE_SECONDS), (signal.SIGKILL, _KILLED_SECONDS)):
        told: set[int] = set()
        deadline = time.monotonic() + seconds
        while (left := _running(program)) and time.monotonic() < deadline:
            for pid in left - told:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, number)
            told |= left
            time.sleep(0.02)


def _running(program: subprocess.Popen[bytes]) -> set[int]:
    """The program and what is below us in our session."""
    found = {program.pid} if program.poll() is None else set()
    if sys.platform != "linux":
        return found
    parents, ours = {}, set()
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent, _, session, *_ = entry.read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            continue  # ended meanwhile
        pid = int(entry.parent.name)
        parents[pid] = int(parent)
        if state != "Z" and int(session) == os.getsid(0):
            ours.add(pid)
    below = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in below} - below:
        below |= more
    return found | (below & ours) - {os.getpid()}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
