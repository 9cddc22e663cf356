"""The no-op preview of Lighthouse's stack prod, against the stand-in for AWS."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from ..engine.aws.offline import Offline, exported
from ..support.fix_local import engine_environment, project_copy
from . import floor, pairs
from .progress import say

STACK = "prod"
LEFT_OUT = """\
  left out by the other side: the database's provider alone, which is the way through Session Manager (here a Python
    program of the stand-in, started anew by each preview), the password's reading and everything asked of the
    database; both run the program, its look-ups and every resource of AWS
  in neither: AWS's own time for an answer, because the stand-in answers on this machine"""


def measure(docker_host: str, times: int) -> None:
    """Print the preview against the same program and plugins with a provider that does nothing.

    Each side has a stand-in of its own, because both bear the same names.

    Args:
        docker_host: DOCKER_HOST of the engine that runs the database of prod.
        times: pairs of previews.
    """
    with tempfile.TemporaryDirectory() as text, ExitStack() as entered:
        found = engine_environment(Path(text) / "engine", docker_host, say)
        sides = []
        for name in ("floor", "ours"):
            folder = project_copy(Path(text) / name)
            if name == "floor":
                floor.install(folder)
            side = entered.enter_context(exported(folder, found))
            sides.append(replace(side, env=floor.environment(folder, side.env)) if name == "floor" else side)
            say(f"bringing {STACK} up ({name})")
            sides[-1].up(STACK)
        other, ours = sides
        title = f"no-op preview of stack {STACK} with refresh, {_resources(ours)} resources, against the stand-in"
        pairs.previews(title, lambda: _preview(ours), lambda: _preview(other), times)
        print(LEFT_OUT)


def _preview(side: Offline) -> None:
    done = side.pulumi("preview", "-s", STACK, "--expect-no-changes")
    if done.returncode != 0:
        raise SystemExit(f"the preview was not empty:\n{done.stdout}{done.stderr}")


def _resources(side: Offline) -> int:
    return len(side.state(STACK)["deployment"]["resources"])
