"""Questions about a program's interpreter: its version and its installed packages."""

from __future__ import annotations

import json
import subprocess

from tools.engine.language_host.toolchain import Python

_LIST = (
    "import importlib.metadata as m,json;"
    "print(json.dumps(sorted({(d.metadata['Name'] or '', d.version) for d in m.distributions()})))"
)


def version(python: Python) -> str:
    """The interpreter's version, such as `3.11.7`; empty when it does not start."""
    return _ask(python, "import platform;print(platform.python_version())").strip()


def packages(python: Python) -> list[tuple[str, str]]:
    """Name and version of every package the interpreter sees; empty when it does not start."""
    answer = _ask(python, _LIST)
    return [(str(name), str(release)) for name, release in json.loads(answer)] if answer else []


def _ask(python: Python, code: str) -> str:
    try:
        done = subprocess.run(
            [python.executable, "-c", code],
            env=dict(python.environment),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""
