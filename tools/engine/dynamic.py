"""Starts Pulumi's dynamic provider server in the program's own interpreter and ends it with its engine.

Runs as a file with the user's Python: standard library and the user's Pulumi SDK only.
"""

from __future__ import annotations

import os
import runpy
import sys
from pathlib import Path


def main() -> None:
    """Watch the engine, then become `python -m pulumi.dynamic` (with the program's folder first on the path, as
    -m has it).
    """
    here = Path(__file__).resolve().parent
    sys.path[0] = str(here / "common")
    import parent  # type: ignore[import-not-found]

    sys.path[0] = os.getcwd()
    parent.exit_with_parent()
    runpy.run_module("pulumi.dynamic", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
