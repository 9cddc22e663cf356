"""The first stage, with the machine's own Python and its standard library only: make `.venv`, then go on in it."""

from __future__ import annotations

import os
import signal
import sys

from tools.local import interrupts, leash, places, venv


def main(arguments: list[str]) -> None:
    """Prepare the virtual environment and replace this process by the command inside it."""
    with interrupts.one_sentence():
        if "MAKELEVEL" in os.environ:  # a killed `make` must not leave us working on
            leash.tie(int(signal.SIGTERM))
        venv.prepare()
        python = str(venv.PYTHON)
        path = (
            f"{places.ROOT}{os.pathsep}{os.environ['PYTHONPATH']}" if os.environ.get("PYTHONPATH") else str(places.ROOT)
        )
        os.execve(python, [python, "-m", "tools.local.commands", *arguments], {**os.environ, "PYTHONPATH": path})  # noqa: S606
    sys.exit(1)
