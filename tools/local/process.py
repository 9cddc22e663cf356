"""Child processes: output kept for the failure sentence, and none left behind when we are interrupted or killed."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tools.local.failure import Stop, sentence

_LEASH = str(Path(__file__).with_name("leash.py"))


def leashed(command: Sequence[str], path: str | None = None) -> list[str]:
    """The command wrapped so that the kernel sends it SIGINT when we die, even by SIGKILL (Linux).

    Raises:
        Stop: the program is not on `path` (default: PATH).
    """
    program = which(command[0], f"{path or os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin")
    return [sys.executable, "-I", "-S", _LEASH, str(int(signal.SIGINT)), str(os.getpid()), program, *command[1:]]


def stop(child: subprocess.Popen[str], *, patience: float = 30.0) -> None:
    """End a child: ask twice politely, then kill its whole process group."""
    for number, seconds in ((signal.SIGINT, patience), (signal.SIGTERM, 5.0)):
        if child.poll() is not None:
            break
        child.send_signal(number)
        try:
            child.wait(seconds)
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            continue
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def which(program: str, path: str) -> str:
    """Full name of a program on a search path that is not our own.

    Raises:
        Stop: it is not there.
    """
    found = shutil.which(program, path=path)
    if found is None:
        raise Stop(f"the program {program!r} is not on PATH: install it.")
    return found


def run(
    command: Sequence[str],
    *,
    what: str,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    on_line: Callable[[str], None] | None = None,
    check: bool = True,
) -> tuple[int, str]:
    """Run a program to its end and return its exit code and output (standard error included).

    The child has a process group of its own, so that one Ctrl-C reaches it once, through us.

    Args:
        what: the activity in words, for the failure sentence ("installing Python packages").
        on_line: called with each line as it appears.
        check: raise `Stop` on an exit code other than 0.

    Raises:
        Stop: the program is missing, or failed and `check` is set.
    """
    child = subprocess.Popen(
        leashed(command, (env or os.environ).get("PATH")),
        env=dict(env) if env is not None else None, cwd=cwd, text=True, errors="replace",
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    lines: list[str] = []
    try:
        for text in child.stdout or ():
            lines.append(text)
            if on_line is not None:
                on_line(text.rstrip("\n"))
        code = child.wait()
    except BaseException:
        stop(child)
        raise
    finally:
        if child.stdout is not None:
            child.stdout.close()
    output = "".join(lines)
    if check and code != 0:
        raise Stop(f"{what} failed ({Path(command[0]).name} ended with {code}): {last_words(output)}")
    return code, output


def last_words(output: str) -> str:
    """The line of a failed program's output that most likely says why: an error line, else the last."""
    if "No space left on device" in output:
        return "the disk is full (No space left on device): free some space and run it again."
    lines = [text.strip() for text in output.splitlines() if text.strip()]
    telling = [text for text in lines if text.lower().startswith(("error", "e:", "fatal"))]
    return sentence((telling or lines or ["it printed nothing."])[-1])
