"""Processes that a killed Pulumi or a killed `make` leaves: ended, and nobody else's are touched."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tools.local import lock, orphans
from tools.local.failure import Stop

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are read from /proc")
Spawn = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def spawn() -> Iterator[Spawn]:
    """Start a process that sleeps under a name of our choice."""
    started: list[subprocess.Popen[bytes]] = []

    def run(name: str, backend: str = "", script: str = "sleep 600") -> subprocess.Popen[bytes]:
        env = {"PATH": os.environ["PATH"], "PULUMI_BACKEND_URL": backend}
        command = ["bash", "-c", f"exec -a {name} {script}"]
        started.append(subprocess.Popen(command, env=env, start_new_session=True))
        deadline = time.monotonic() + 5
        while name.encode() not in Path(f"/proc/{started[-1].pid}/cmdline").read_bytes().split(b"\0"):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        return started[-1]

    yield run
    for each in started:
        if each.poll() is None:
            os.killpg(each.pid, signal.SIGKILL)
        each.wait()


@pytest.mark.parametrize("name", ["pulumi-resource-docker", "pulumi-language-python", "/cache/lib/tools/engine/run.py"])
def test_only_parts_of_a_pulumi_that_is_gone_are_ended(tmp_path: Path, spawn: Spawn, name: str) -> None:
    backend = f"file://{tmp_path}/state"
    orphan = spawn(name, backend)
    others = [
        spawn("pulumi-resource-docker", f"{backend}-of-another"),
        spawn("a-persons-shell", backend),
        spawn("pulumi", backend, "bash -c 'exec -a pulumi-language-python sleep 600 & wait'"),
    ]
    assert orphans.sweep(backend, lambda _: None) == 1
    assert orphan.wait(5) != 0
    assert [each.poll() for each in others] == [None, None, None]
    assert orphans.sweep(backend, lambda _: None) == 0


def test_a_child_is_interrupted_when_its_parent_is_killed(tmp_path: Path) -> None:
    mark = tmp_path / "interrupted"
    child = f"trap 'touch {mark}; exit 1' INT; echo ready; while :; do sleep 0.05; done"
    program = (
        "from tools.local import process\n"
        f"process.run(['bash', '-c', {child!r}], what='a test', on_line=lambda text: print(text, flush=True))\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    assert parent.stdout.readline() == "ready\n"
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 5
    while not mark.exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_two_runs_in_one_checkout_do_not_overlap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    program = "from tools.local import lock\nwith lock.alone_in_checkout(): print(flush=True); input()"
    holder = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout is not None
    holder.stdout.readline()
    with pytest.raises(Stop, match=str(holder.pid)), lock.alone_in_checkout():
        pass
    holder.kill()
    holder.communicate()
    with lock.alone_in_checkout():
        pass
