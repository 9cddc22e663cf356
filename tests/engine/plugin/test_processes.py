"""No process of ours outlives the engine, and runtime options are followed.

Does not prove anything about programs that detach children of their own.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.engine.plugin.stack import Stack

PROGRAM = """
import pulumi
from pulumi.dynamic import CreateResult, Resource, ResourceProvider
import pulumi_docker as docker
from slow import Slow

class Thing(Resource, module="test", name="Thing"):
    pass

docker.Volume("data", name={name!r}, labels=[{{"label": "pulumi_timescaledb.stack", "value": {name!r}}}])
Thing(Slow(), "thing", {{}})
"""
SLOW = """
import time
from pulumi.dynamic import CreateResult, ResourceProvider

class Slow(ResourceProvider):
    serialize_as_secret_always = False
    def create(self, props):
        open("creating", "w").close()
        time.sleep(60)
        return CreateResult("x", {})
"""


def ours(folder: Path) -> list[str]:
    """Command lines of live processes that work in the folder, or belong to one of our plugins started there."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                if Path(os.readlink(entry / "cwd")).is_relative_to(folder):
                    found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode())
            except OSError:
                continue
    return [line for line in found if line]


def start(stack: Stack) -> subprocess.Popen[bytes]:
    """Begin an `up` whose dynamic resource never ends being created."""
    (stack.folder / "slow.py").write_text(SLOW)
    (stack.folder / "__main__.py").write_text(PROGRAM.format(name=stack.key))
    environment = {**stack.environment, "PYTHONPATH": str(stack.folder)}
    return subprocess.Popen(
        [
            shutil.which("pulumi", path=environment["PATH"]) or "pulumi",
            "up",
            "--yes",
            "--skip-preview",
            "--stack",
            "dev",
        ],
        cwd=stack.folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def until(condition: object, seconds: float) -> bool:
    """Whether a condition (called again and again) becomes true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if callable(condition) and condition():
            return True
        time.sleep(0.1)
    return False


def test_a_killed_engine_leaves_no_process(stack: Stack) -> None:
    running = start(stack)
    try:
        assert until((stack.folder / "creating").exists, 60)
        found = " ".join(ours(stack.folder))
    finally:
        running.send_signal(signal.SIGKILL)
        running.wait()
    # The control: the program, its host, the dynamic provider and the docker plugin are all there before the kill.
    for name in ("pulumi-language-python-exec", "run.py language_host", "dynamic.py", "run.py docker"):
        assert name in found
    assert until(lambda: not ours(stack.folder), 5), ours(stack.folder)


def test_an_unknown_toolchain_and_a_missing_environment_are_one_sentence(stack: Stack) -> None:
    stack.declare()
    stack.virtualenv("no-such-folder")
    assert "no-such-folder" in stack.refused()
    stack.virtualenv("", toolchain="conda")
    assert "conda" in stack.refused()


def test_a_virtual_environment_relative_to_the_project_is_used(stack: Stack) -> None:
    stack.declare()
    real = Path(sys.prefix)
    (stack.folder / "own").symlink_to(real)
    stack.virtualenv("own")
    (stack.folder / "__main__.py").write_text("import os\nprint('IN', os.environ['VIRTUAL_ENV'])\n")
    assert f"IN {stack.folder / 'own'}" in stack.run("preview", "--stack", "dev")


@pytest.mark.parametrize(
    "code", ["import pulumi\nraise pulumi.RunError('Plainly refused.')", "raise ValueError('odd')"]
)
def test_a_failing_program_fails_the_command(stack: Stack, code: str) -> None:
    (stack.folder / "__main__.py").write_text(code)
    output = stack.refused()
    assert ("Traceback" in output) == ("ValueError" in code)
