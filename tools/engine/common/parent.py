"""Ends a plugin when the engine that started it is gone.

A killed `pulumi` leaves its plugins running; an orphan would go on holding locks and ports.  Standard library only,
because the dynamic provider's launcher loads this file into the user's own virtual environment.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable

INTERVAL = 0.25
"""Seconds between two looks at the parent process."""


def exit_with_parent(before: Callable[[], None] | None = None, parent: int | None = None) -> None:
    """Start a thread that ends this process once its parent has changed.

    A signal on the parent's death (PR_SET_PDEATHSIG) would not do: it fires when the *thread* that started us ends,
    and the engine's runtime ends threads as it likes.

    Args:
        before: called once before the process ends; must not raise.
        parent: process id to watch; default the parent at the time of the call.
    """
    started_by = os.getppid() if parent is None else parent

    def watch() -> None:
        while os.getppid() == started_by:
            time.sleep(INTERVAL)
        try:
            if before is not None:
                before()
        finally:
            os._exit(1)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()
