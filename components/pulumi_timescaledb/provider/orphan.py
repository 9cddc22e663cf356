"""A provider must not outlive its engine: an orphan would keep the database's advisory lock."""

from __future__ import annotations

import os
import threading
import time

POLL_SECONDS = 0.5
_started = threading.Lock()


def end_with_parent() -> None:
    """End this process soon after the process that started it is gone; asking twice watches once."""
    if _started.acquire(blocking=False):
        threading.Thread(target=_watch, args=(os.getppid(),), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(POLL_SECONDS)
    os._exit(1)  # the server notices the closed sockets, rolls back and frees the lock
