"""Processes that outlived a killed Pulumi: language hosts, programs and providers of this checkout's stack (Linux)."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_PARTS = ("pulumi-language-", "pulumi-resource-", "pulumi-analyzer-")
_OURS = ("tools", "engine")  # the folder of the offline engine's own host and plugins
_PATIENCE = 5.0


@dataclass(frozen=True)
class Process:
    """One process as /proc shows it (proc(5))."""

    pid: int
    parent: int
    words: tuple[str, ...]

    @property
    def is_part(self) -> bool:
        """True for a language host, a program runner or a provider; a person's shell or psql never is."""
        first = [Path(word) for word in self.words[:4]]
        named = any(path.name.startswith(_PARTS) or path.parts[-3:-1] == _OURS for path in first)
        return named or "pulumi.dynamic" in self.words

    @property
    def is_engine(self) -> bool:
        """True for the Pulumi command line itself."""
        return bool(self.words) and Path(self.words[0]).name == "pulumi"


def sweep(backend: str, say: Callable[[str], None]) -> int:
    """End the parts of a Pulumi that is gone; those with a living `pulumi` above them are left alone.

    Args:
        backend: value of PULUMI_BACKEND_URL that tells our stack's processes from all others.
        say: called with one line when there is something to end.

    Returns:
        How many were ended.
    """
    everyone = processes()
    found = [each for each in everyone.values() if each.is_part and not _has_engine(each, everyone) and
             _uses(each.pid, backend)]  # fmt: skip
    if not found:
        return 0
    say(f"ending {len(found)} processes that a killed Pulumi left")
    for number in (signal.SIGTERM, signal.SIGKILL):
        for each in found:
            try:
                os.kill(each.pid, number)
            except (ProcessLookupError, PermissionError):
                continue
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline and any(_lives(each) for each in found):
            time.sleep(0.05)
    return len(found)


def processes() -> dict[int, Process]:
    """Every living process by its number, without the kernel's own."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().rstrip(b"\0").split(b"\0")
            fields = (entry / "stat").read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z" and words[0]:
            number = int(entry.name)
            found[number] = Process(number, int(fields[1]), tuple(os.fsdecode(word) for word in words))
    return found


def _has_engine(process: Process, everyone: dict[int, Process]) -> bool:
    above = everyone.get(process.parent)
    while above is not None and above.pid > 1:
        if above.is_engine:
            return True
        above = everyone.get(above.parent)
    return False


def _uses(pid: int, backend: str) -> bool:
    try:
        return f"PULUMI_BACKEND_URL={backend}".encode() in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return False


def _lives(process: Process) -> bool:
    found = processes().get(process.pid)
    return found is not None and found.words == process.words
