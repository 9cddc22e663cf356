"""The image's way onto a host: from the archive on the data volume before the registry, and never another one.

Not proven here: a pull from a registry by digest; none is in reach.
"""

from __future__ import annotations

import os
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.boot.rig.disk import run
from tests.boot.rig.host import Host
from tests.boot.rig.rig import Rig

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
