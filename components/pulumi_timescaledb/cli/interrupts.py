"""Signals that end a command: turned into an exception, so that cleaning up runs, and held back while it does."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

ENDING = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)  # Windows has no SIGHUP


class Interrupted(KeyboardInterrupt):
    """A signal asked for the end; a KeyboardInterrupt, because psycopg cancels its statement for that alone."""

    def __init__(self, number: int) -> None:
        """number: the signal's."""
        super().__init__(number)
        self.number = number

    @property
    def exit_code(self) -> int:
        """As shells count: 128 and the number of the signal."""
        return 128 + self.number


@contextmanager
def raised(sentence: str) -> Iterator[None]:
    """Within, the first Ctrl-C, SIGTERM or SIGHUP raises :class:`Interrupted`, any further one prints the sentence.

    A second exception would hit psycopg while it cancels the statement, or the beginning of the cleaning.
    """
    arrived: list[int] = []

    def handle(number: int, frame: FrameType | None) -> None:
        arrived.append(number)
        if len(arrived) == 1:
            raise Interrupted(number)
        sys.stderr.write(f"{sentence}\n")

    with _handled(handle, arrived):
        yield


@contextmanager
def held(sentence: str) -> Iterator[None]:
    """Within, a signal only prints the sentence on stderr; it is raised at the end."""
    arrived: list[int] = []

    def handle(number: int, frame: FrameType | None) -> None:
        arrived.append(number)
        sys.stderr.write(f"{sentence}\n")

    with _handled(handle, []):
        yield
    if arrived:
        raise Interrupted(arrived[0])


@contextmanager
def _handled(handle: Callable[[int, FrameType | None], None], ending: list[int]) -> Iterator[None]:
    """Once there is something in ending the process is on its way out, and its handlers stay until then."""
    if threading.current_thread() is not threading.main_thread():  # only that one may set handlers
        yield
        return
    before = {number: signal.signal(number, handle) for number in ENDING}
    try:
        yield
    finally:
        if not ending:
            for number, old in before.items():
                signal.signal(number, old)
