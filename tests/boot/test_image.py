"""The image's way onto a host: from the archive on the data volume before the registry, and never another one.

Not proven here: a login to a registry, and a pull from one that is not on loopback; none is in reach.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.boot.rig.disk import run
from tests.boot.rig.host import Host
from tests.boot.rig.rig import Rig
from tests.support.registry import Registry

pytestmark = pytest.mark.sample("boot", of="hosts")
NAME = "tsdb-boot-archive:one"


@pytest.fixture
def host(rig: Rig, tmp_path: Path) -> Iterator[Host]:
    """A host whose declared image is a tiny one that no registry has; only the image's two steps are run."""
    bundle = tmp_path / "bundle.tar"
    with tarfile.open(bundle, "w") as archive:
        archive.add(__file__, "content")
    run("docker", "import", str(bundle), NAME)
    number = run("docker", "image", "inspect", "--format", "{{.Id}}", NAME)
    host = rig.host(replace(rig.values, image=NAME, image_id=number, keep_image=True))
    (host.mount / "host").mkdir(parents=True)
    yield host
    run("docker", "rmi", "-f", number, check=False)


@pytest.fixture
def registry(rig: Rig) -> Iterator[Registry]:
    """One whose images are of the engine's architecture."""
    found = Registry(run("docker", "version", "--format", "{{.Server.Arch}}"))
    yield found
    found.close()


def steps(host: Host, *names: str) -> tuple[int, str]:
    """Run steps by name."""
    codes, logs = [], []
    for name in names:
        code, log = host.run(f"steps/{name}")
        codes.append(code)
        logs.append(log)
    return max(codes), "".join(logs)


def test_the_archive_on_the_volume_is_enough(host: Host) -> None:
    """Kept once, gone from the engine, loaded again: the same image by its id."""
    assert steps(host, "75-image", "95-archive")[0] == 0
    run("docker", "rmi", "-f", host.values.image_id)
    code, log = steps(host, "75-image")
    assert code == 0, log
    assert "loaded from the data volume" in log
    assert (host.folder / "run/timescaledb-host/image").read_text().strip() == host.values.image_id


def test_an_archive_of_something_else_is_left_aside(host: Host, tmp_path: Path) -> None:
    """It is not started under the declared name; without a registry the boot says what is missing."""
    assert steps(host, "75-image", "95-archive")[0] == 0
    run("docker", "rmi", "-f", host.values.image_id)
    other = tmp_path / "other.tar"
    with tarfile.open(other, "w") as archive:
        archive.add(Path(__file__).with_name("conftest.py"), "content")
    number = run("docker", "import", str(other), "tsdb-boot-archive:other")
    (host.mount / "host/image/image.tar").unlink()
    run("docker", "save", "-o", str(host.mount / "host/image/image.tar"), number)
    code, log = steps(host, "75-image")
    run("docker", "rmi", "-f", number)
    assert code == 1, log
    assert "the archive does not hold" in log
    assert "is neither in the archive nor to be had" in log


def test_a_cut_archive_is_left_aside(host: Host) -> None:
    """Half a file loads nothing."""
    assert steps(host, "75-image", "95-archive")[0] == 0
    run("docker", "rmi", "-f", host.values.image_id)
    archive = host.mount / "host/image/image.tar"
    os.truncate(archive, archive.stat().st_size // 2)
    code, log = steps(host, "75-image")
    assert code == 1, log
    assert "the archive does not hold" in log
    assert (
        subprocess.run(
            ["docker", "image", "inspect", host.values.image_id], capture_output=True, check=False
        ).returncode
        != 0
    )


def test_a_tag_that_somebody_moved_is_refused_and_a_digest_is_not_moved(rig: Rig, registry: Registry) -> None:
    """The next host's engine has nothing: what the volume says of the image that was pulled first is compared."""
    first = registry.publish("first")
    values = replace(rig.values, image=f"{registry.address}/moved:1", image_id="", keep_image=True)
    host, pinned = rig.host(values), rig.host(replace(values, image_digest=first))
    for each in (host, pinned):
        (each.mount / "host").mkdir(parents=True)
    code, log = steps(host, "75-image", "95-archive")
    assert (code, "pulled from the registry" in log) == (0, True), log
    number = (host.mount / "host/image/id").read_text().strip()
    (host.mount / "host/image/image.tar").unlink()
    run("docker", "rmi", "-f", number)
    registry.publish("second")
    code, log = steps(host, "75-image")
    moved = run("docker", "image", "inspect", "--format", "{{.Id}}", values.image)
    run("docker", "rmi", "-f", moved)
    assert code == 2, log
    assert f"is {moved} but {number} is pinned: somebody moved the tag; declare the digest you trust" in log
    code, log = steps(pinned, "75-image")
    run("docker", "rmi", "-f", number)
    assert code == 0, log
    assert (pinned.folder / "run/timescaledb-host/image").read_text().strip() == number


def test_an_image_of_another_architecture_is_refused(rig: Rig, host: Host, tmp_path: Path) -> None:
    """It would be pulled, kept and started, and end at once: a database that does not start says less."""
    mine = run("docker", "version", "--format", "{{.Server.Arch}}")
    foreign = {"amd64": "arm64", "arm64": "amd64"}[mine]
    number = of_architecture(foreign, host.values.image_id, tmp_path)
    stranger = rig.host(replace(host.values, image_id=number))
    code, log = steps(stranger, "75-image")
    run("docker", "rmi", "-f", number)
    assert code == 2, log
    assert f"is of {foreign} but this host is {mine}: declare an image of its architecture" in log


def of_architecture(name: str, image: str, folder: Path) -> str:
    """The id of a copy of an image that says it is of another architecture."""
    run("docker", "save", "-o", str(folder / "image.tar"), image)
    run("tar", "-xf", str(folder / "image.tar"), "-C", str(folder))
    (manifest,) = json.loads((folder / "manifest.json").read_text())
    config = json.loads((folder / manifest["Config"]).read_text()) | {"architecture": name}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "manifest.json").write_text(json.dumps([{**manifest, "Config": "config.json", "RepoTags": None}]))
    with tarfile.open(folder / "other.tar", "w") as archive:
        for each in ("manifest.json", "config.json", *manifest["Layers"]):
            archive.add(folder / each, each)
    run("docker", "load", "-i", str(folder / "other.tar"))
    return f"sha256:{hashlib.sha256((folder / 'config.json').read_bytes()).hexdigest()}"


def test_an_image_that_cannot_be_kept_is_not_kept_half(host: Host, tmp_path: Path) -> None:
    """The engine makes a copy of it on the root disk first, which may be too small for that."""
    assert steps(host, "75-image")[0] == 0
    path, calls = stub(tmp_path, 'case $1 in save) echo half; exit 1 ;; *) exec "$REAL" "$@" ;; esac')
    code, log = host.run("steps/95-archive", PATH=path)
    assert code == 0, log
    assert "the image could not be kept" in log
    assert "save" in calls.read_text()
    assert not list((host.mount / "host/image").iterdir())
    assert steps(host, "95-archive")[0] == 0
    assert (host.mount / "host/image/image.tar").stat().st_size > 0


@pytest.mark.parametrize(
    "registry", ["123456789012.dkr.ecr.eu-west-1.amazonaws.com", "123456789012.dkr-ecr.eu-west-1.on.aws"]
)
def test_a_registry_of_aws_is_logged_in_to_and_nothing_of_it_stays(
    rig: Rig, host: Host, tmp_path: Path, registry: str
) -> None:
    """With the role's token, of the registry's own region; the engine's client notes what it is told."""
    image = f"{registry}/db/pg:1.2"
    there = host.values.image_id
    path, calls = stub(
        tmp_path,
        "D=${DOCKER_CONFIG:-$HOME/.docker}; case $1 in"
        ' login) cat >"$HOME/token"; mkdir -p "$D"; touch "$D/config.json"; cp "$D/config.json" "$HOME/kept" ;;'
        " pull) ;;"
        f' image) exec "$REAL" image inspect --format "$FORM" {there} ;; *) exec "$REAL" "$@" ;; esac',
    )
    pulling = rig.host(replace(host.values, image=image, image_id=""))
    (pulling.mount / "host").mkdir(parents=True)
    assert pulling.run("steps/10-identify")[0] == 0
    code, log = pulling.run("steps/75-image", PATH=path)
    assert code == 0, log
    noted = calls.read_text().splitlines()
    login, pull = (next(line for line in noted if line.startswith(word)) for word in ("login", "pull"))
    assert login == f"login -u AWS --password-stdin {registry}"
    assert noted.index(login) < noted.index(pull)
    assert "GetAuthorizationToken" in rig.cloud.calls
    assert (pulling.folder / "token").read_text().strip()
    assert (pulling.folder / "kept").exists()
    assert not list(pulling.folder.rglob("config.json"))


def test_another_registry_is_asked_with_the_machines_own_login(rig: Rig, host: Host, tmp_path: Path) -> None:
    """An image of one's own for the machine may hold one; it is neither hidden nor touched."""
    there = host.values.image_id
    path, calls = stub(
        tmp_path,
        'case $1 in pull) echo "${DOCKER_CONFIG:-none}" >"$HOME/config" ;;'
        f' image) exec "$REAL" image inspect --format "$FORM" {there} ;; *) exec "$REAL" "$@" ;; esac',
    )
    pulling = rig.host(replace(host.values, image="ghcr.io/db/pg:1.2", image_id=""))
    (pulling.mount / "host").mkdir(parents=True)
    assert pulling.run("steps/10-identify")[0] == 0
    code, log = pulling.run("steps/75-image", PATH=path)
    assert code == 0, log
    assert (pulling.folder / "config").read_text() == "none\n"
    assert not [line for line in calls.read_text().splitlines() if line.startswith("login")]


def stub(folder: Path, script: str) -> tuple[str, Path]:
    """A `docker` before the real one, which notes its arguments: the PATH, and the notes."""
    calls, program = folder / "calls", folder / "bin/docker"
    program.parent.mkdir()
    real = shutil.which("docker")
    form = "for word; do case $last in --format) FORM=$word ;; esac; last=$word; done"
    program.write_text(f'#!/bin/bash\nREAL={real}\necho "$*" >>{calls}\n{form}\n{script}\n')
    program.chmod(0o755)
    return f"{program.parent}:{os.environ['PATH']}", calls
