"""The program under the checks of others: shellcheck, and cloud-init's own schema.

cloud-init is unpacked from the distribution's archive, not installed: an installed one would run at the next boot.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from pulumi_timescaledb.boot.pack import cloud_config

from tests.unit.boot.test_boot_pack import FULL, ROOT, USERDATA
from tools.local import packages, places

_NEEDS = ("configobj", "jinja2", "jsonpatch", "jsonschema", "netifaces", "oauthlib", "requests", "yaml")

SCRIPTS = sorted(
    path.relative_to(ROOT).as_posix()
    for path in USERDATA.rglob("*")
    if path.is_file() and path.suffix not in (".sql", ".tsv", ".service", ".timer")
)


@pytest.mark.parametrize("script", SCRIPTS)
def test_shellcheck_finds_nothing(script: str) -> None:
    """At every severity, with the files it reads followed."""
    done = subprocess.run(
        ["shellcheck", "-x", "-P", ".", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.fixture(scope="session")
def cloud_init() -> dict[str, str]:
    """Environment in which the system's Python runs cloud-init."""
    if not packages.can_install():
        pytest.skip("cloud-init's schema check needs Debian or Ubuntu and root")
    unpacked = places.cache() / "cloud-init"
    if not (unpacked / "usr").is_dir():
        packages.install(*(f"python3-{name}" for name in _NEEDS), say=lambda text: None)
        draft = places.cache() / f"cloud-init-{os.getpid()}"
        draft.mkdir()
        subprocess.run(["apt-get", "download", "-q", "cloud-init"], cwd=draft, check=True, capture_output=True)
        subprocess.run(["dpkg", "-x", next(map(str, draft.glob("*.deb"))), str(draft)], check=True)
        shutil.rmtree(unpacked, ignore_errors=True)
        draft.rename(unpacked)
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(unpacked / "usr/lib/python3/dist-packages")}


def checked(text: str, file: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """What cloud-init says of a document."""
    file.write_text(text, encoding="utf-8")
    command = ["/usr/bin/python3", "-m", "cloudinit.cmd.main", "schema", "--config-file", str(file)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


def test_cloud_init_accepts_the_document(cloud_init: dict[str, str], tmp_path: Path) -> None:
    """By the check that the host's own program ships."""
    done = checked(cloud_config(FULL), tmp_path / "user-data", cloud_init)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Valid cloud-config" in done.stdout


def test_cloud_init_would_refuse_a_wrong_document(cloud_init: dict[str, str], tmp_path: Path) -> None:
    """The check checks."""
    wrong = cloud_config(FULL).replace("permissions: '0755'", "permissions: 755", 1)
    done = checked(wrong, tmp_path / "user-data", cloud_init)
    assert "permissions: 755 is not of type" in done.stdout + done.stderr
