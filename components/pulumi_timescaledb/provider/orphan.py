"""A provider must not outlive its engine: an orphan would keep the database's advisory lock.

The engine starts a shell script which starts this process, so the parent may live on when the engine was killed; but
the engine's own address is our first argument, and nobody answers there once it is gone.
"""

from __future__ import annotations

import os
import re
import socket
import sys
import threading
import time

POLL_SECONDS = 1.0
_ADDRESS = re.compile(r"(127\.0\.0\.1|localhost|\[::1\]):(\d+)\Z")
_started = threading.Lock()


def end_with_engine() -> None:
    """End this process soon after the engine is gone; asking twice watches once."""
    if _started.acquire(blocking=False):
        threading.Thread(target=_watch, args=(_engine(), os.getppid()), daemon=True).start()


def _engine() -> tuple[str, int] | None:
    for argument in sys.argv[1:]:
        match = _ADDRESS.match(argument)
        if match:
            return match[1].strip("[]"), int(match[2])
    return None


def _watch(engine: tuple[str, int] | None, parent: int) -> None:
    while os.getppid() == parent and (engine is None or _answers(engine)):
        time.sleep(POLL_SECONDS)
    os._exit(1)  # the server notices the closed sockets, rolls back and frees the lock


def _answers(engine: tuple[str, int]) -> bool:
    try:
        socket.create_connection(engine, timeout=5).close()
    except ConnectionRefusedError:
        return False
    except OSError:
        return True  # too busy to answer is not gone
    return True
