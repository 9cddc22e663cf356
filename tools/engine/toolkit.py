"""Go and other programs that building the engine starts, with failures as one sentence."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

OLDEST_GO = (1, 25, 11)
"""The `go` line of go.mod; an older Go would fetch a newer toolchain, which is switched off."""


class EngineError(Exception):
    """The engine cannot be built; the message is one sentence with the remedy."""


def go_environment() -> tuple[str, dict[str, str]]:
    """The Go program and the environment to build with; GOFLAGS, GOPROXY and the module cache stay as the user has
    them.

    Raises:
        EngineError: no Go on PATH, or one that is too old.
    """
    wanted = ".".join(map(str, OLDEST_GO))
    go = shutil.which("go")
    if go is None:
        raise EngineError(f"no Go found: install Go {wanted} or newer, or Pulumi itself, and run again")
    environment = {**os.environ, "GOTOOLCHAIN": "local", "CGO_ENABLED": "0", "GOWORK": "off"}
    answer = run([go, "env", "GOVERSION"], Path.cwd(), environment, "Go does not start").strip()
    if go_version(answer) < OLDEST_GO:
        raise EngineError(f"{go} is {answer or 'of unknown version'}: install Go {wanted} or newer, or Pulumi itself")
    return go, environment


def go_version(text: str) -> tuple[int, ...]:
    """`go1.26.8` as (1, 26, 8); (0,) when it is not a version."""
    match = re.match(r"go(\d+)\.(\d+)(?:\.(\d+))?", text)
    return tuple(int(part or 0) for part in match.groups()) if match else (0,)


def run(command: Sequence[str], cwd: Path, environment: Mapping[str, str], failure: str) -> str:
    """Run a program and return its stdout.

    Args:
        command: program and arguments.
        cwd: working directory.
        environment: the whole environment.
        failure: how the sentence begins when it fails.

    Raises:
        EngineError: it does not start or ends with a code other than 0; with the last line it wrote.
    """
    try:
        done = subprocess.run(
            list(command), cwd=cwd, env=dict(environment), capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise EngineError(f"{failure}: {command[0]} does not start ({error.strerror})") from None
    if done.returncode != 0:
        lines = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        raise EngineError(f"{failure}: {lines[-1] if lines else f'exit code {done.returncode}'}")
    return done.stdout
