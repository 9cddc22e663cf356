"""`make up` and `make down` whole: once, again, interrupted, with a dead server, and nothing left at the end.

A plain run kills one drawn victim at one moment, `make kills` both at four. Not proved here: a loss of power.
"""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docker
import psycopg
import pytest
import yaml
from docker.models.containers import Container

from tests.support import sampling
from tests.support.fix_local import project_copy
from tools.local.image import Image


@dataclass(frozen=True)
class Checkout:
    """A copy of the project in which the commands behind `make` run as a person would run them."""

    folder: Path
    env: Mapping[str, str]
    client: docker.DockerClient

    def begin(self, command: str) -> subprocess.Popen[str]:
        """Start a command."""
        return subprocess.Popen(
            [sys.executable, "-m", "tools.local.commands", command],
            cwd=self.folder, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def run(self, command: str) -> tuple[int, str, str]:
        """Run a command to its end: exit code, standard output, standard error."""
        with self.begin(command) as process:
            stdout, stderr = process.communicate(timeout=600)
        return process.returncode, stdout, stderr

    def up(self) -> str:
        """Run `up`, which must succeed; returns what it said."""
        code, stdout, stderr = self.run("up")
        assert (code, stdout) == (0, ""), stderr
        return stderr

    @property
    def base(self) -> str:
        """Base name of what it makes in Docker."""
        config = yaml.safe_load((self.folder / "Pulumi.local.yaml").read_text())["config"]
        return str(config["lighthouse:name"])

    def container(self) -> Container:
        """Its one container."""
        (found,) = self.client.containers.list(all=True, filters={"name": self.base}, ignore_removed=True)
        return found

    def connect(self) -> psycopg.Connection[Any]:
        """Connect as a person would: by the stack's output, with the password file it names."""
        script = 'eval "$1"; pulumi stack output database_connection_string -s local'
        _, exports, _ = self.run("env")
        done = subprocess.run(
            ["bash", "-c", script, "bash", exports], cwd=self.folder, capture_output=True, text=True, check=True,
            env={"PATH": "/usr/bin:/bin", "HOME": os.environ["HOME"]},
        )  # fmt: skip
        return psycopg.connect(done.stdout.strip(), autocommit=True)

    def resources(self) -> list[tuple[str, str]]:
        """Name and id of everything in the state."""
        state = json.loads((self.folder / ".local/state/.pulumi/stacks/lighthouse/local.json").read_text())
        latest = state["checkpoint"]["latest"]
        assert not latest.get("pending_operations")
        resources = [each for each in latest["resources"] if "::pulumi:" not in each["urn"]]
        return sorted((each["urn"], each.get("id", "")) for each in resources)

    def left_in_docker(self, base: str) -> list[str]:
        """Names of what is in Docker under its base name."""
        names = [
            each.name for each in self.client.containers.list(all=True, filters={"name": base}, ignore_removed=True)
        ]
        names += [each.name for each in self.client.networks.list(names=[base])]
        names += [each.name for each in self.client.volumes.list(filters={"name": base})]
        return [str(name) for name in names]


@pytest.fixture(scope="module")
def held(docker_client: docker.DockerClient, image: Image) -> Iterator[None]:
    """A container of somebody else, so that `down` leaves the engine running: the tests go on asking it."""
    container = docker_client.containers.run(image.reference, ["sleep", "3600"], entrypoint=[], detach=True)
    yield
    container.remove(force=True, v=True)


@pytest.fixture(scope="module")
def checkout(
    engine: Mapping[str, str],
    docker_client: docker.DockerClient,
    held: None,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Checkout]:
    """A checkout that is up; it is taken down at the end."""
    folder = project_copy(tmp_path_factory.mktemp("checkout"))
    env = {key: value for key, value in engine.items() if not key.startswith("PULUMI_")}
    found = Checkout(folder, {**env, "PYTHONPATH": f"{folder}:{folder}/components"}, docker_client)
    found.up()
    yield found
    found.run("down")


def _parts(folder: Path) -> list[str]:
    """Command lines of Pulumi's processes that work on the folder's stack."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if f"{folder}/.local".encode() in (entry / "environ").read_bytes():
                found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:
            continue
    return found


def test_secrets_are_readable_by_their_owner_only(checkout: Checkout) -> None:
    for name in ("password", "passphrase", "pgpass"):
        assert stat.S_IMODE((checkout.folder / ".local" / name).stat().st_mode) == 0o600
    assert stat.S_IMODE((checkout.folder / ".local").stat().st_mode) == 0o700


def test_a_second_run_changes_nothing_and_says_so(checkout: Checkout) -> None:
    before = (checkout.resources(), checkout.container().id)
    assert "Nothing changed" in checkout.up()
    assert (checkout.resources(), checkout.container().id) == before


def test_env_lets_a_person_reach_the_database(checkout: Checkout) -> None:
    with checkout.connect() as session:
        assert session.execute("SELECT current_database()").fetchone() == ("lighthouse",)


def test_a_stopped_container_is_started_and_a_removed_one_made_again_with_its_rows(checkout: Checkout) -> None:
    with checkout.connect() as session:
        session.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    before = checkout.container()
    before.stop(timeout=60)
    checkout.up()
    assert checkout.container().id == before.id

    before.remove(force=True)
    checkout.up()
    assert checkout.container().id != before.id
    with checkout.connect() as session:
        assert session.execute("SELECT answer FROM kept").fetchone() == (42,)
        session.execute("DROP TABLE kept")
    assert "Nothing changed" in checkout.up()


@pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")
@pytest.mark.sample("kills")
@pytest.mark.parametrize("victim", ["pulumi", "command"])
def test_a_run_killed_at_any_moment_is_finished_by_the_next(
    checkout: Checkout, victim: str, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = [urn for urn, _ in checkout.resources()]
    seed, draw = sampling.seeded(f"up {victim}")
    for _ in range(4 if sampling.whole("kills") else 1):
        moment = draw.uniform(0.8, 9.0)
        with capsys.disabled():
            print(f"\n  seed {seed}, {victim} killed after {moment:.1f} s", flush=True)
        assert checkout.run("down")[0] == 0
        with checkout.begin("up") as process:
            time.sleep(moment)
            if victim == "command":
                process.kill()
            else:
                for entry in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
                    os.kill(int(entry), signal.SIGKILL)
            process.communicate(timeout=120)
        deadline = time.monotonic() + 60
        while _parts(checkout.folder):
            assert time.monotonic() < deadline, _parts(checkout.folder)
            time.sleep(0.1)
        checkout.up()
        assert [urn for urn, _ in checkout.resources()] == wanted
        assert checkout.container().status == "running"
        assert "Nothing changed" in checkout.up()


def test_down_with_a_dead_server_leaves_nothing(checkout: Checkout) -> None:
    checkout.up()
    base = checkout.base
    assert len(checkout.left_in_docker(base)) == 3
    checkout.container().kill()
    code, _, said = checkout.run("down")
    assert code == 0, said
    assert checkout.left_in_docker(base) == []
    assert not (checkout.folder / ".local").exists()
    assert not (checkout.folder / "Pulumi.local.yaml").exists()
    assert checkout.run("down")[0] == 0
