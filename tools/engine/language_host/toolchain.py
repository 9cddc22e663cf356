"""Which Python runs a program: the `runtime.options` of Pulumi.yaml, read as Pulumi's own host reads them."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

TOOLCHAINS = ("pip", "poetry", "uv")


class OptionError(Exception):
    """A runtime option that cannot be followed; the message is one sentence for the user."""


@dataclass(frozen=True)
class Python:
    """An interpreter and the environment it is started with."""

    executable: str
    environment: Mapping[str, str]


def choose(options: Mapping[str, object], root: str, environment: Mapping[str, str] | None = None) -> Python:
    """Find the interpreter of a program.

    Args:
        options: `runtime.options` of Pulumi.yaml; `toolchain` (pip, poetry, uv) and `virtualenv` (relative to `root`)
            count.
        root: folder of Pulumi.yaml.
        environment: default this process's.

    Raises:
        OptionError: unknown toolchain, no such virtual environment, or no Python on PATH.
    """
    env = dict(os.environ if environment is None else environment)
    toolchain = str(options.get("toolchain") or "pip")
    if toolchain not in TOOLCHAINS:
        raise OptionError(
            f"runtime option toolchain is {toolchain!r}: use one of {', '.join(TOOLCHAINS)} in Pulumi.yaml"
        )
    virtualenv = str(options.get("virtualenv") or "") or _implied(toolchain, root)
    if virtualenv:
        return _of_virtualenv(Path(root, virtualenv), virtualenv, env)
    names = [env["PULUMI_PYTHON_CMD"]] if env.get("PULUMI_PYTHON_CMD") else ["python3", "python"]
    for name in names:
        found = shutil.which(name, path=env.get("PATH"))
        if found:
            return Python(found, env)
    raise OptionError(
        f"no {' or '.join(names)} on PATH: install Python or set runtime option virtualenv in Pulumi.yaml"
    )


def _implied(toolchain: str, root: str) -> str:
    if toolchain == "uv":
        return ".venv"
    if toolchain == "poetry":
        try:
            done = subprocess.run(
                ["poetry", "env", "info", "--path"], cwd=root, capture_output=True, text=True, check=True
            )
        except (OSError, subprocess.CalledProcessError):
            raise OptionError("poetry names no virtual environment here: run `poetry install` first") from None
        return done.stdout.strip()
    return ""


def _of_virtualenv(folder: Path, named: str, env: dict[str, str]) -> Python:
    folder = Path(os.path.abspath(folder))
    executable = folder / "bin" / "python"
    if not executable.exists():
        what = "is not a virtual environment" if folder.is_dir() else "does not exist"
        raise OptionError(
            f"runtime option virtualenv of Pulumi.yaml is {named!r}, but {folder} {what}: "
            f"create it with `python3 -m venv {folder}`"
        )
    env.pop("PYTHONHOME", None)
    env["VIRTUAL_ENV"] = str(folder)
    env["PATH"] = f"{folder / 'bin'}{os.pathsep}{env.get('PATH', '')}"
    return Python(str(executable), env)
