"""Lets a plugin import the wheel's protocol stubs without importing the whole Pulumi SDK.

`import pulumi` costs about 0.2 s, which every Pulumi command would pay once per plugin.  The stubs need nothing of
it, so a
bare `pulumi` and `pulumi.runtime` package with the right search path stand in for the real ones.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType


def prepare() -> None:
    """Make `pulumi.runtime.proto` importable on its own.

    Does nothing when the SDK has been imported already.

    Raises:
        ImportError: the SDK's wheel is not installed in this interpreter.
    """
    if "pulumi" in sys.modules:
        return
    spec = importlib.util.find_spec("pulumi")
    if spec is None or not spec.submodule_search_locations:
        raise ImportError(f"the pulumi package is not installed for {sys.executable}: build the engine again")
    root = Path(next(iter(spec.submodule_search_locations)))
    for name, folder in (("pulumi", root), ("pulumi.runtime", root / "runtime")):
        module = ModuleType(name)
        module.__path__ = [str(folder)]
        sys.modules[name] = module
