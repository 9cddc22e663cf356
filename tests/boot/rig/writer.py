"""A client that writes numbers one by one and remembers which ones the server acknowledged."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import psycopg


class Writer(threading.Thread):
    """Writes until stopped; connects again, to whatever host answers, after every error.

    Attributes:
        acknowledged: numbers whose commit returned.
        longest_gap: longest time in seconds between two acknowledgements.
    """

    def __init__(self, connect: Callable[[], psycopg.Connection[tuple[object, ...]]]) -> None:
        super().__init__(daemon=True)
        self._connect = connect
        self._end = threading.Event()
        self.acknowledged: list[int] = []
        self.longest_gap = 0.0
        self._last = time.monotonic()

    def run(self) -> None:
        """The loop."""
        number = 0
        while not self._end.is_set():
            try:
                with self._connect() as connection:
                    while not self._end.is_set():
                        number += 1
                        connection.execute("INSERT INTO written VALUES (%s)", (number,))
                        now = time.monotonic()
                        self.longest_gap = max(self.longest_gap, now - self._last)
                        self._last = now
                        self.acknowledged.append(number)
            except psycopg.Error:
                time.sleep(0.1)

    def wait_for(self, count: int, seconds: float = 60) -> None:
        """Until so many more are acknowledged."""
        goal, deadline = len(self.acknowledged) + count, time.monotonic() + seconds
        while len(self.acknowledged) < goal:
            assert time.monotonic() < deadline, "nothing was acknowledged in time"
            time.sleep(0.05)

    def stop(self) -> None:
        """End it."""
        self._end.set()
        self.join(30)
