"""One at a time: file locks in the user's cache, which end with the process that holds them, however it ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.local import places
from tools.local.failure import Stop


@contextmanager
def waiting(path: Path) -> Iterator[None]:
    """Hold the lock on `path`, after waiting for whoever holds it now."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def alone_in_checkout() -> Iterator[None]:
    """Hold the lock of this checkout's stack; two runs of `up` and `down` would take each other's objects away.

    Raises:
        Stop: another run holds it; the sentence names its process.
    """
    path = places.cache() / f"stack-{places.short_hash(str(places.ROOT), 12)}.lock"
    with open(path, "a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise Stop(
                f"another `make up`, `make down` or `make env-aws-offline` (process {holder}) works on this checkout: "
                "wait for it, or end it."
            ) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield
