"""Fixtures for tests on the real Pulumi engine and a real Docker Engine, prepared once a session by `tools.local`."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docker
import pytest

from tools.local import docker_engine, places
from tools.local import engine as pulumi_engine
from tools.local import image as database_image
from tools.local.daemon import Daemon

_NEW_NETWORK = 0x40000000  # CLONE_NEWNET, linux/sched.h
_LEFT_OUT = (
    ".git",
    ".venv",
    ".local",
    "tests",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".hypothesis",
    "__pycache__",
)


@dataclass(frozen=True)
class Completed:
    """A finished pulumi command."""

    rc: int
    stdout: str
    stderr: str

    @property
    def output(self) -> str:
        """Both streams, for messages of a failed assertion."""
        return f"{self.stdout}\n{self.stderr}"


def project_copy(target: Path) -> Path:
    """Copy the project folder to `target` and return it; its programs run in the clone's own `.venv`.

    Without git data, caches, tests, and the person's own local stack.
    """
    shutil.copytree(
        places.ROOT,
        target,
        dirs_exist_ok=True,
        ignore=shutil.ignore_patterns(*_LEFT_OUT, "Pulumi.local.yaml", "*.egg-info"),
    )
    file = target / "Pulumi.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("virtualenv: .venv", f"virtualenv: {virtualenv()}"), encoding="utf-8")
    return target


def virtualenv() -> Path:
    """The virtual environment the tests run in: the clone's `.venv`, or a developer's own."""
    return Path(sys.prefix)


class Stack:
    """One stack of a project folder; every method runs pulumi and returns what it said, without raising.

    Args:
        folder: the project's folder.
        env: the environment, from the fixture `engine`.
        name: of the stack; it is made at once.
    """

    def __init__(self, folder: Path, env: Mapping[str, str], name: str = "test") -> None:
        self.folder, self.env, self.name = folder, dict(env), name
        self.run("stack", "select", name, "--create", stack=False)

    def run(self, *arguments: str, stack: bool = True, timeout: float = 600) -> Completed:
        """Run any pulumi command on the stack."""
        command = ["pulumi", "--non-interactive", "--color", "never", "--cwd", str(self.folder), *arguments]
        if stack:
            command += ["--stack", self.name]
        program = shutil.which("pulumi", path=self.env["PATH"])
        done = subprocess.run(
            [program or "pulumi", *command[1:]],
            env=self.env,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        return Completed(done.returncode, done.stdout, done.stderr)

    def config(self, key: str, value: Any, *, path: bool = False, secret: bool = False) -> Completed:
        """Set one configuration key."""
        text = value if isinstance(value, str) else json.dumps(value)
        options = [*(["--path"] if path else []), *(["--secret"] if secret else ["--plaintext"])]
        return self.run("config", "set", *options, key, text)

    def up(self, *arguments: str) -> Completed:
        """Deploy without a preview."""
        return self.run("up", "--yes", "--skip-preview", *arguments)

    def preview(self, *arguments: str) -> Completed:
        """Show what would change."""
        return self.run("preview", *arguments)

    def preview_json(self, *arguments: str) -> dict[str, Any]:
        """The preview as data; `{}` when it failed before it printed any."""
        done = self.run("preview", "--json", *arguments)
        try:
            found = json.loads(done.stdout)
        except ValueError:
            return {}
        return dict(found)

    def refresh(self, *arguments: str) -> Completed:
        """Take over what is live."""
        return self.run("refresh", "--yes", "--skip-preview", *arguments)

    def destroy(self, *arguments: str) -> Completed:
        """Remove everything."""
        return self.run("destroy", "--yes", "--skip-preview", *arguments)

    def export(self, *arguments: str) -> dict[str, Any]:
        """The state."""
        return dict(json.loads(self.run("stack", "export", *arguments).stdout))

    def outputs(self) -> dict[str, Any]:
        """The stack's outputs."""
        return dict(json.loads(self.run("stack", "output", "--json").stdout or "{}"))


def _say(text: str) -> None:
    """The preparation is silent here: `make test` has shown it already."""


def engine_environment(folder: Path, docker_host: str, say: Callable[[str], None] = _say) -> dict[str, str]:
    """Environment for pulumi with a state and a home below the folder, which is made.

    Args:
        folder: for this use alone.
        docker_host: DOCKER_HOST.
        say: told when Pulumi has to be made first.
    """
    found = pulumi_engine.find(say)
    assert found is not None, "no Pulumi could be found or built"
    (folder / "state").mkdir(parents=True)
    mine = {key: value for key, value in os.environ.items() if not key.startswith("PULUMI_")}
    return {
        **mine,
        **found.environment(),
        "PULUMI_BACKEND_URL": f"file://{folder / 'state'}",
        "PULUMI_CONFIG_PASSPHRASE": "only for tests",
        "PULUMI_HOME": str(folder / "home"),
        "DOCKER_HOST": docker_host,
    }


def kill_daemon(daemon: Daemon) -> int:
    """End a Docker daemon of ours by SIGKILL, and wait until it is gone; the process it was."""
    killed = daemon.pid()
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while daemon.pid() is not None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert daemon.pid() is None
    return killed


@contextmanager
def own_network() -> Iterator[None]:
    """A network namespace for what is started within, as root: no other engine gives out addresses there meanwhile.

    Sockets with a path lead in and out of it.
    """
    libc = ctypes.CDLL(None, use_errno=True)

    def must(result: int) -> None:
        if result:
            raise OSError(ctypes.get_errno(), "no network namespace could be entered")

    with open("/proc/thread-self/ns/net", "rb") as outside:
        must(libc.unshare(_NEW_NETWORK))
        try:
            yield
        finally:
            must(libc.setns(outside.fileno(), _NEW_NETWORK))


@pytest.fixture(scope="session")
def docker_host() -> str:
    """DOCKER_HOST of a Docker Engine that answers; one is started where none does."""
    return docker_engine.find_or_start(_say).host


@pytest.fixture(scope="session")
def docker_client(docker_host: str) -> Iterator[docker.DockerClient]:
    """A client for that engine."""
    client = docker_engine.connect(docker_host)
    yield client
    client.close()


@pytest.fixture(scope="session")
def image(docker_host: str) -> database_image.Image:
    """The database image, present in that engine."""
    return database_image.choose(docker_engine.Engine(docker_host, "tests"), _say)


@pytest.fixture(scope="session")
def engine(docker_host: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Environment for pulumi with a file backend, a passphrase and a home of this session only.

    TSDB_TEST_ENGINE_BIN names a folder with an engine to use instead of finding or building one.
    """
    return engine_environment(tmp_path_factory.mktemp("pulumi"), docker_host)


@pytest.fixture
def container_name(docker_client: docker.DockerClient) -> Iterator[str]:
    """A name for a test's container; whatever bears it, or a name that starts with it, is removed afterwards."""
    name = f"tsdb-test-{uuid.uuid4().hex[:10]}"
    yield name
    for container in docker_client.containers.list(all=True, filters={"name": name}, ignore_removed=True):
        container.remove(force=True, v=True)
    for network in docker_client.networks.list(names=[name]):
        network.remove()
    for volume in docker_client.volumes.list(filters={"name": name}):
        volume.remove(force=True)
