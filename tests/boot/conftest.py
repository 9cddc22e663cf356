"""A rig for each test; without root there is nothing to run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.boot.rig.host import Host
from tests.boot.rig.rig import Rig, assembled, lacking
from tools.local.image import Image


@pytest.fixture(scope="session")
def boot_machine() -> None:
    """The programs of the boot program, from the distribution; a machine that lacks them skips, with the reason."""
    if reason := lacking(lambda text: None):
        pytest.skip(reason)


@pytest.fixture
def rig(tmp_path: Path, boot_machine: None, image: Image, docker_host: str) -> Iterator[Rig]:
    """A cloud with nothing in it yet."""
    with assembled(tmp_path, image, docker_host) as made:
        yield made


@pytest.fixture
def booted(rig: Rig) -> Callable[[], Host]:
    """A host that has booted for the first time, on a blank volume."""
    return rig.booted
