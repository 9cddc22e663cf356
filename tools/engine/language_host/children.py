"""The processes that the host starts: programs and plugin runs; none outlives it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence

_running: set[subprocess.Popen[bytes]] = set()
_lock = threading.Lock()
# PR_SET_PDEATHSIG survives exec. It is set by a small Python that becomes the command, and not by a preexec_fn: that
# runs
# Python in a forked copy of a process full of gRPC threads, and crashed one start in five (measured).
_PROLOGUE = (
    "import ctypes, os, signal, sys; ctypes.CDLL(None).prctl(1, signal.SIGKILL); os.execvp(sys.argv[1], sys.argv[1:])"
)
_DYING_WITH_PARENT = [sys.executable, "-I", "-S", "-c", _PROLOGUE] if sys.platform.startswith("linux") else []


def start(
    command: Sequence[str], cwd: str, environment: Mapping[str, str], piped: bool = False
) -> subprocess.Popen[bytes]:
    """Start a process that dies with this one.

    The calling thread must wait for it: the kernel ties the death signal to the thread that started the process.

    Args:
        command: program and arguments.
        cwd: its working directory.
        environment: its whole environment.
        piped: True to read its stdout and stderr; by default both go where ours go, which the engine reads.
    """
    pipe = subprocess.PIPE if piped else None
    with _lock:
        process = subprocess.Popen(
            [*_DYING_WITH_PARENT, *command],
            cwd=cwd,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=pipe,
            stderr=pipe,
        )
        _running.add(process)
    return process


def forget(process: subprocess.Popen[bytes]) -> None:
    """Say that a process has ended."""
    with _lock:
        _running.discard(process)


def kill_all() -> None:
    """Kill every process still running; called when the host ends."""
    for process in list(_running):
        process.kill()
    if os.getppid() == 1 and os.getpgrp() == os.getpid():
        # The engine is gone and the group is ours alone: what the program itself started goes too.
        os.killpg(0, signal.SIGKILL)
