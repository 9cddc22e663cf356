"""Output of the long commands: every step names itself, shows that it is alive, and says how long it took."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Step:
    """One running step. `note` adds a line; `doing` names the present activity for the progress display."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.activity = title
        self.began = time.monotonic()
        self.outcome = ""
        self._done = threading.Event()
        self._lock = threading.Lock()
        self._width = 0
        self.live = sys.stderr.isatty()

    def note(self, text: str) -> None:
        """Print one line under the step."""
        with self._lock:
            self._wipe()
            _write(f"    {text}\n")

    def doing(self, activity: str) -> None:
        """Name what is happening now; it shows in the progress display, or as a line when there is no terminal."""
        if activity == self.activity:
            return
        self.activity = activity
        if not self.live:
            self.note(activity)

    def result(self, text: str) -> None:
        """What the step found or made; printed in its closing line."""
        self.outcome = text

    def elapsed(self) -> float:
        """Seconds since the step began."""
        return time.monotonic() - self.began

    def _wipe(self) -> None:
        if self._width:
            _write("\r" + " " * self._width + "\r")
            self._width = 0

    def _beat(self) -> None:
        terminal = self.live
        pause = 1.0 if terminal else 15.0
        while not self._done.wait(pause):
            line = f"    {self.activity} ... {self.elapsed():.0f} s"
            with self._lock:
                if self._done.is_set():
                    return
                self._wipe()
                if terminal:
                    line = line[:110]
                    _write(line)
                    self._width = len(line)
                else:
                    _write(line + "\n")


def _write(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


def line(text: str = "") -> None:
    """Print one line for the person (standard error, so that standard output stays machine-readable)."""
    _write(text + "\n")


@contextmanager
def step(title: str) -> Iterator[Step]:
    """Announce a step, show progress while it runs, and close with its outcome and duration."""
    current = Step(title)
    _write(f"==> {title}\n")
    beat = threading.Thread(target=current._beat, daemon=True)
    beat.start()
    try:
        yield current
    except BaseException:
        current._done.set()
        with current._lock:
            current._wipe()
        _write(f"    stopped after {current.elapsed():.1f} s\n")
        raise
    current._done.set()
    with current._lock:
        current._wipe()
    _write(f"    {current.outcome or 'done'} ({current.elapsed():.1f} s)\n")
