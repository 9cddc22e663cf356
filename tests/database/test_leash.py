"""What opens a way is gone with it: the program, the one that it started, and that one's own, however we end.

The program stands for the AWS command line, whose plugin listens as a process of its own. Not proved here: what Session
Manager's real plugin does with a signal (SIGKILL leaves it no choice), and systems other than Linux.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pulumi_timescaledb.database import tunnel

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a tree of processes is read from /proc")

WAY = "ssm:i-0123456789abcdef0@eu-west-1"
HOLDER = f"""
import time
from pulumi_timescaledb.database import tunnel
tunnel.local_port({WAY!r}, "10.0.0.4", 5432)
print("open", flush=True)
time.sleep(100)
"""
AWS = """#!/bin/sh
# the plugin is a child, and has one of its own that sleeps
echo $$ >> {folder}/pids
{python} {folder}/plugin "$@" &
wait
"""
PLUGIN = """
import json, os, signal, socket, subprocess, sys
signal.signal(signal.SIGTERM, signal.{term})
words = dict(zip(sys.argv, sys.argv[1:]))
port = int(json.loads(words["--parameters"])["localPortNumber"][0])
sleeper = subprocess.Popen(["sleep", "100"])
with open(os.path.join(os.path.dirname(sys.argv[0]), "pids"), "a") as file:
    file.write(f"{{os.getpid()}}\\n{{sleeper.pid}}\\n")
listener = socket.create_server(("127.0.0.1", port))
while True:
    listener.accept()[0].close()
"""


class Tree:
    """The program, which finds itself on PATH as aws, and the processes that it became."""

    def __init__(self, folder: Path, term: str = "SIG_DFL") -> None:
        """term: what the plugin does when it is asked to end."""
        self.folder = folder
        (folder / "plugin").write_text(PLUGIN.format(term=term))
        (folder / "aws").write_text(AWS.format(folder=folder, python=sys.executable))
        (folder / "aws").chmod(0o755)

    def pids(self) -> list[int]:
        """Program, plugin and the plugin's own."""
        return [int(line) for line in (self.folder / "pids").read_text().split()]

    def living(self, seconds: float = 0) -> list[int]:
        """Those that run, looked at until there are none or the time is over."""
        deadline = time.monotonic() + seconds
        while (found := [pid for pid in self.pids() if runs(pid)]) and time.monotonic() < deadline:
            time.sleep(0.02)
        return found

    def end(self) -> None:
        """End what a failed test left."""
        for pid in self.living():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def runs(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Tree]:
    """One whose plugin ends when asked, unless the test says otherwise."""
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    made = Tree(tmp_path, getattr(request, "param", "SIG_DFL"))
    yield made
    tunnel.close()
    made.end()


@contextlib.contextmanager
def holding() -> Iterator[subprocess.Popen[str]]:
    """A process in a group of its own, as a provider is, that has opened the way."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER], stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        try:
            yield holder
        finally:
            holder.kill()


@pytest.mark.parametrize("tree", ["SIG_DFL", "SIG_IGN"], indirect=True)
def test_the_whole_tree_is_gone_after_a_normal_close(tree: Tree) -> None:
    """Also where the plugin does not listen to what it is asked: it is ended then."""
    tunnel.local_port(WAY, "10.0.0.4", 5432)
    assert len(tree.living()) == 3
    tunnel.close()
    assert tree.living() == []


def test_a_plugin_whose_program_died_is_gone_after_the_close_too(tree: Tree) -> None:
    """It belongs to nobody then, and is still found."""
    tunnel.local_port(WAY, "10.0.0.4", 5432)
    program, *others = tree.pids()
    os.kill(program, signal.SIGKILL)
    assert tree.living(5) == []
    assert len(others) == 2


def test_the_whole_tree_is_gone_when_the_holders_group_is_killed(tree: Tree) -> None:
    """As an engine ends a provider: SIGKILL to the group, which leaves nobody to clean up."""
    with holding() as holder:
        assert len(tree.living()) == 3
        os.killpg(holder.pid, signal.SIGKILL)
        assert tree.living(1) == []


def test_the_whole_tree_is_gone_when_the_holder_alone_is_killed(tree: Tree) -> None:
    """The one between sees it."""
    with holding() as holder:
        holder.kill()
        assert tree.living(5) == []


def test_an_interrupt_of_the_group_is_the_holders_to_answer(tree: Tree) -> None:
    """Ctrl-C at a terminal reaches all of the group: the way stays for what the holder does on its way out."""
    program = HOLDER.replace("time.sleep(100)", "import signal; signal.pause()").replace(
        "import time", r"import os, signal; signal.signal(signal.SIGINT, lambda *_: os.write(1, b'interrupted\n'))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program + "\nsignal.pause()"], stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        os.killpg(holder.pid, signal.SIGINT)
        assert holder.stdout.readline() == "interrupted\n"
        time.sleep(0.5)
        assert len(tree.living()) == 3
        os.killpg(holder.pid, signal.SIGKILL)
    assert tree.living(1) == []
