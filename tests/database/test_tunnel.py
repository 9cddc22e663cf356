"""A database behind another machine: forwarded by a real OpenSSH client, and by a stand-in for the AWS command line.

Not proved here: Session Manager itself, which needs an account; the stand-in reads the same arguments and forwards.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from pulumi_timescaledb.database import session, tunnel
from pulumi_timescaledb.database.session import Connection
from pulumi_timescaledb.errors import Unreachable

from ..support.fix_database import Server
from ..support.fix_ssh import Bastion

AWS = """#!{python}
import json, socket, sys, threading
words = dict(zip(sys.argv, sys.argv[1:]))
assert sys.argv[1:3] == ["ssm", "start-session"] and words["--region"] == "eu-west-1", sys.argv
given = json.loads(words["--parameters"])
listener = socket.create_server(("127.0.0.1", int(given["localPortNumber"][0])))
def copy(source, target):
    while data := source.recv(65536):
        target.sendall(data)
    target.close()
while True:
    near, _ = listener.accept()
    try:
        far = socket.create_connection((given["host"][0], int(given["portNumber"][0])))
    except OSError:
        near.close()
        continue
    for pair in ((near, far), (far, near)):
        threading.Thread(target=copy, args=pair, daemon=True).start()
"""


@pytest.fixture(autouse=True)
def no_forwarding_left() -> Iterator[None]:
    """Each test starts and ends without one."""
    tunnel.close()
    yield
    tunnel.close()


@pytest.fixture
def behind(apache: Server, monkeypatch: pytest.MonkeyPatch) -> Connection:
    """A connection whose server is reached from the bastion only, as far as the connection says."""
    monkeypatch.setenv("TSDB_TEST_PASSWORD", apache.password)
    return Connection(
        apache.host, "postgres", apache.user, apache.port, "prefer", "env:TSDB_TEST_PASSWORD", "ssh:bastion"
    )


def answer(connection: Connection) -> int:
    """Ask the database something that needs it."""
    with session.connect(connection) as opened:
        row = opened.execute("SELECT 40 + 2 AS answer").fetchone()
    return int(row["answer"]) if row else 0


def programs() -> set[int]:
    """Process ids of ssh clients that this test session has started."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if words[0].endswith(b"ssh") and b"-N" in words:
            found.add(int(entry.name))
    return found


def test_openssh_forwards_to_the_database_and_is_shared(bastion: Bastion, behind: Connection) -> None:
    """Two sessions, one forwarding, both through the bastion."""
    assert [answer(behind), answer(behind)] == [42, 42]
    assert bastion.forwarded() == {(behind.host, behind.port)}
    assert len(programs()) == 1
    tunnel.close()
    assert programs() == set()


def test_a_forwarding_that_broke_is_opened_again(bastion: Bastion, behind: Connection) -> None:
    """The client dies; the next session has a new one."""
    answer(behind)
    (before,) = programs()
    os.kill(before, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while tunnel._open and any(each.runs() for each in tunnel._open.values()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert answer(behind) == 42
    assert programs() - {before}


@pytest.mark.parametrize(
    ("via", "reason"),
    [("ssh:stranger", "Host key verification failed"), ("ssh:nobody", "Permission denied")],
)
def test_what_the_client_says_is_the_reason(bastion: Bastion, behind: Connection, via: str, reason: str) -> None:
    """An unknown host and a refused user: one sentence, nothing asked, nothing left."""
    with pytest.raises(Unreachable, match=reason) as caught:
        answer(replace(behind, via=via))
    assert via in str(caught.value)
    assert programs() == set()


def test_a_bastion_that_may_not_reach_the_database_is_said(bastion: Bastion, behind: Connection) -> None:
    """The way is open and ends before the database."""
    bastion.refuse(behind.port)
    with pytest.raises(Unreachable, match="via ssh:bastion"):
        answer(behind)


def test_a_missing_program_is_named(behind: Connection, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No ssh on PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unreachable, match="ssh is not on PATH"):
        answer(behind)


def test_a_killed_process_leaves_no_forwarding(bastion: Bastion, behind: Connection) -> None:
    """SIGKILL of the process that opened it ends the client too."""
    program = (
        "import time; from pulumi_timescaledb.database import tunnel; "
        f"tunnel.local_port('ssh:bastion', '{behind.host}', {behind.port}); print('open', flush=True); time.sleep(60)"
    )
    before = programs()
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        assert programs() - before
        process.kill()
    deadline = time.monotonic() + 10
    while programs() - before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert programs() - before == set()


def test_session_manager_is_asked_for_the_same_forwarding(
    behind: Connection, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The AWS command line gets instance, region, host and both ports."""
    aws = tmp_path / "aws"
    aws.write_text(AWS.format(python=sys.executable))
    aws.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert answer(replace(behind, via="ssm:i-0123456789abcdef0@eu-west-1")) == 42


def test_the_certificate_is_checked_against_the_name_and_not_the_way(behind: Connection, bastion: Bastion) -> None:
    """Through the forwarding, libpq still knows the server by its own name."""
    with session.connect(replace(behind, host="localhost")) as opened:
        assert isinstance(opened, psycopg.Connection)
        assert (opened.info.host, opened.info.hostaddr) == ("localhost", "127.0.0.1")
        assert opened.info.port != behind.port
