"""Something that happens again and again beside what a test does."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def beside(step: Callable[[], None], seconds: float) -> Iterator[None]:
    """Take a step every so many seconds, in a thread; the test fails at the end where an assertion in one failed."""
    over, broken = threading.Event(), []

    def loop() -> None:
        while not over.wait(seconds):
            try:
                step()
            except AssertionError as error:
                broken.append(error)

    thread = threading.Thread(target=loop)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
    assert not broken, broken
