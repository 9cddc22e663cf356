"""The tools' own virtual environment in the user's cache, made from ``requirements.txt``; a half-made one again."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from tools.local import lock, places, process, say
from tools.local.failure import Stop

OLDEST = (3, 11)  # zizmor's and check-jsonschema's; the other pins go with Debian's 3.11.2
REQUIREMENTS = Path(__file__).with_name("requirements.txt")


def prepare() -> Path:
    """The folder of the tools' programs. Raises Stop when this Python is too old for them, or pip failed."""
    if sys.version_info < OLDEST:
        raise Stop("the tools of the audit need Python 3.11 or newer: run `make audit` with PYTHON=python3.11.")
    wanted = f"{sys.version} {REQUIREMENTS.read_text(encoding='ascii')}"
    folder = places.cache() / f"audit-{places.short_hash(wanted, 12)}"
    mark, programs = folder / "complete", folder / "bin"
    if mark.exists():
        return programs
    with lock.waiting(folder.with_suffix(".lock")):
        if mark.exists():
            return programs
        with say.step("audit tools") as step:
            shutil.rmtree(folder, ignore_errors=True)
            process.run([sys.executable, "-m", "venv", str(folder)], what="making the tools' environment")
            step.doing("installing")
            process.run(
                [str(programs / "python"), "-m", "pip", "install", "--no-input", "--disable-pip-version-check",
                 "--requirement", str(REQUIREMENTS)],
                what="installing the tools", cwd=places.ROOT,
            )  # fmt: skip
            mark.touch()
            step.result(f"made {folder.name}")
    return programs
