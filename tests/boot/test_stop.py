"""A host that gives its volume back while something is still at work on it, and one that has not got it yet.

Not proven here: how long a real mkfs or e2fsck takes, and that EC2 keeps a volume attached whose device is in use.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.boot.rig.host import Host, wait_for
from tests.boot.rig.rig import Rig

pytestmark = pytest.mark.sample("boot", of="hosts")


def test_a_volume_on_which_a_step_is_at_work_is_not_detached(rig: Rig) -> None:
    """A file system is made on a volume that is not mounted: who does not get the lock leaves it alone."""
    rig.volume()
    host = rig.host()
    for step in ("10-identify", "20-attach", "30-format"):
        assert host.run(f"steps/{step}")[0] == 0
    with (host.folder / "run/timescaledb-host/lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        code, log = host.run("stop", "--release")
    assert code == 1, log
    assert "is not given back: something is still at work on it" in log
    assert "DetachVolume" not in rig.cloud.calls
    code, log = host.run("stop", "--release")
    assert code == 0, log
    assert rig.cloud.detached_mounted == []
    assert "DetachVolume" in rig.cloud.calls


def test_a_boot_takes_nothing_any_more_once_the_host_gives_its_volume_back(rig: Rig) -> None:
    """While it waits for the volume, and when the service manager starts it again."""
    rig.volume()
    rig.cloud.held = 10_000
    host = rig.host()
    process = host.start("run")
    wait_for(process, "is not given yet")
    began = time.monotonic()
    assert host.run("stop", "--release")[0] == 0
    assert time.monotonic() - began < 15  # it did not wait for the lock in vain, which takes 20
    output, _ = process.communicate(timeout=30)
    assert process.returncode == 0, output
    assert "this host gives the volume back" in output
    rig.cloud.held = 0
    rig.cloud.calls.clear()
    code, log = host.run("run")
    assert code == 0, log
    assert rig.cloud.calls == []
    assert not host.is_mounted()


def test_what_the_lock_takes_is_taken_from_the_servers_time(booted: Callable[[], Host], tmp_path: Path) -> None:
    """A notice and a shutdown give about two minutes in all: the engine is told to kill before they are over."""
    host = booted()
    notes = tmp_path / "notes"
    (tmp_path / "docker").write_text(f'#!/bin/sh\necho "$*" >>{notes}\nexec {shutil.which("docker")} "$@"\n')
    (tmp_path / "docker").chmod(0o755)
    with (host.folder / "run/timescaledb-host/lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        code, log = host.run("stop", "--release", PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert code == 0, log  # what works on a mounted volume would have kept it
    (seconds,) = re.findall(rf"^stop -t (\d+) {host.container}$", notes.read_text(), re.MULTILINE)
    assert 10 <= int(seconds) <= 70
