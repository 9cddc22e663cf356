"""Give a copy of a program the provider that does nothing, in the place of the database's own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

_MODULES = "bench_modules"
_PATCH = f"""import sys
sys.path.insert(0, "{_MODULES}")
import idle
from pulumi_timescaledb.provider import resources
resources.Converge = idle.Idle
"""


def install(folder: Path) -> None:
    """Change the program in the folder; it needs :func:`environment` from then on."""
    modules = folder / _MODULES
    modules.mkdir()
    shutil.copy(Path(__file__).with_name("idle.py"), modules)
    program = folder / "__main__.py"
    program.write_text(_PATCH + program.read_text())


def environment(folder: Path, given: Mapping[str, str]) -> dict[str, str]:
    """An environment in which the engine's process for dynamic providers finds it."""
    return {**given, "PYTHONPATH": os.pathsep.join([str(folder / _MODULES), given.get("PYTHONPATH", "")])}
