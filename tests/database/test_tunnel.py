"""A database behind other machines: forwarded by OpenSSH's client and its server, and by a stand-in for the AWS command
line.

The machines are processes here, with host names of their own. Not proved: Session Manager itself, which needs an
account; the stand-in reads the same arguments and forwards.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as Late  # its own class before Python 3.11
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path

import psycopg
import pytest
from pulumi_timescaledb.database import session, tunnel
from pulumi_timescaledb.database.session import Connection
from pulumi_timescaledb.database.snapshot import reader
from pulumi_timescaledb.errors import Unreachable
from pulumi_timescaledb.provider.converge import Converge
from pulumi_timescaledb.provider.inputs import READY

from ..support import ssh_server
from ..support.fix_database import Server
from ..support.fix_ssh import FAR_NAME, Client, beyond
from ..support.ssh_server import Sshd

DATABASE = "database.internal"
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


@pytest.fixture
def far(ssh_client: Client, bastion: Sshd, behind: Connection) -> Iterator[Sshd]:
    """The machine behind the bastion, which alone knows the database by its name."""
    with beyond(ssh_client, {DATABASE: behind.host}) as server:
        yield server


def answer(connection: Connection) -> int:
    """Ask the database something that needs it."""
    with session.connect(connection) as opened:
        row = opened.execute("SELECT 40 + 2 AS answer").fetchone()
    return int(row["answer"]) if row else 0


def clients(client: Client) -> set[int]:
    """Process ids of ssh clients of this test, one for each machine on the way."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        if words[0].endswith("ssh") and str(client.folder / "config") in words:
            found.add(int(entry.name))
    return found


def test_openssh_forwards_to_the_database_and_is_shared(ssh_client: Client, bastion: Sshd, behind: Connection) -> None:
    """Two sessions, one forwarding, both through the bastion."""
    assert [answer(behind), answer(behind)] == [42, 42]
    assert bastion.forwarded() == {(behind.host, behind.port)}
    assert len(clients(ssh_client)) == 1
    tunnel.close()
    assert clients(ssh_client) == set()


@pytest.mark.parametrize("running", [False, True], ids=["wanted", "running"])
def test_no_master_of_the_persons_takes_the_forwarding_over(
    ssh_client: Client, bastion: Sshd, behind: Connection, running: bool
) -> None:
    """Where their configuration wants one, and where one runs: the forwarding is ours, shared, and gone at the end."""
    if running:
        subprocess.run(["ssh", "-f", "-N", "mastered"], check=True, timeout=60, stderr=subprocess.DEVNULL)
    before = clients(ssh_client)
    there = replace(behind, via="ssh:mastered")
    assert [answer(there), answer(there)] == [42, 42]
    assert len(clients(ssh_client) - before) == 1
    assert (ssh_client.folder / "master").exists() == running
    (forwarding,) = tunnel._open.values()
    assert forwarding.runs()
    tunnel.close()
    assert clients(ssh_client) == before
    assert not forwarding.answers()


def test_the_key_is_what_lets_in(ssh_client: Client, bastion: Sshd, behind: Connection) -> None:
    """The one of the client's configuration, and no other is taken."""
    answer(behind)
    assert bastion.let_in() == {(ssh_server.USER, ssh_client.fingerprint())}


def test_a_jump_host_leads_to_the_machine_behind_it(
    ssh_client: Client, bastion: Sshd, far: Sshd, behind: Connection
) -> None:
    """Each machine is asked for the next by a name that it alone knows; one key opens both."""
    there = replace(behind, host=DATABASE, via="ssh:far")
    assert [answer(there), answer(there)] == [42, 42]
    assert bastion.forwarded() == {(FAR_NAME, far.port)}
    assert far.forwarded() == {(DATABASE, behind.port)}
    assert bastion.let_in() == far.let_in() == {(ssh_server.USER, ssh_client.fingerprint())}
    assert len(clients(ssh_client)) == 2
    tunnel.close()
    assert clients(ssh_client) == set()


@pytest.mark.parametrize(
    ("via", "reason"),
    [
        ("ssh:far-at-once", f"Could not resolve hostname {FAR_NAME}"),
        ("ssh:bastion", "via ssh:bastion"),
        ("ssh:far-by-stranger", "Host key verification failed"),
    ],
)
def test_without_the_whole_way_there_is_none(far: Sshd, behind: Connection, via: str, reason: str) -> None:
    """Not past the jump host, not from it, and not through one whose key nobody knows."""
    with pytest.raises(Unreachable, match=reason):
        answer(replace(behind, host=DATABASE, via=via))
    assert far.let_in() == set()


def test_nothing_is_asked_at_a_terminal(far: Sshd, behind: Connection) -> None:
    """Nor by the client that leads to a jump host, to which the one that was started hands no such wish."""
    program = (
        "from pulumi_timescaledb.database import tunnel\n"
        f"try: tunnel.local_port('ssh:far-by-stranger', '{DATABASE}', {behind.port})\n"
        "except Exception as error: print('said', error, flush=True)"
    )
    script = f"import os, pty; pty.spawn([{sys.executable!r}, '-c', {program!r}])"
    done = subprocess.run(
        [sys.executable, "-c", script], stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False
    )
    said = done.stdout
    assert b"said" in said
    assert b"Host key verification failed" in said
    assert b"continue connecting" not in said


def test_objects_wait_for_a_machine_that_is_still_starting(
    ssh_client: Client, bastion: Sshd, behind: Connection
) -> None:
    """What stands before every object of the database asks until the way is open, and then connects."""
    there = replace(behind, host=DATABASE, via="ssh:far")
    with closing(reader(there)), ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(Converge().create, {"kind": READY, "connection": asdict(there)})
        with pytest.raises(Late):
            waiting.result(2)
        with beyond(ssh_client, {DATABASE: behind.host}) as far:
            outputs = waiting.result(60).outs
            assert outputs is not None
            assert outputs["edition"] == "apache"
            assert far.forwarded() == {(DATABASE, behind.port)}


def test_a_forwarding_that_broke_is_opened_again(ssh_client: Client, bastion: Sshd, behind: Connection) -> None:
    """The client dies; the next session has a new one."""
    answer(behind)
    (before,) = clients(ssh_client)
    os.kill(before, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while tunnel._open and any(each.runs() for each in tunnel._open.values()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert answer(behind) == 42
    assert clients(ssh_client) - {before}


@pytest.mark.parametrize(
    ("via", "reason"),
    [
        ("ssh:stranger", "Host key verification failed"),
        ("ssh:nobody", "Permission denied"),
        ("ssh:keyless", "Permission denied"),
    ],
)
def test_what_the_client_says_is_the_reason(
    ssh_client: Client, bastion: Sshd, behind: Connection, via: str, reason: str
) -> None:
    """An unknown host, a refused user and a refused key: one sentence, nothing asked, nothing left."""
    with pytest.raises(Unreachable, match=reason) as caught:
        answer(replace(behind, via=via))
    assert via in str(caught.value)
    assert clients(ssh_client) == set()


def test_a_bastion_that_may_not_reach_the_database_is_said(
    ssh_client: Client, bastion: Sshd, behind: Connection
) -> None:
    """The way is open and ends before the database."""
    bastion.admit(ssh_client.folder / "key.pub", but_only_to=f"{behind.host}:1")
    with pytest.raises(Unreachable, match="via ssh:bastion"):
        answer(behind)


def test_a_missing_program_is_named(behind: Connection, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No ssh on PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unreachable, match="ssh is not on PATH"):
        answer(behind)


@pytest.mark.parametrize(("via", "count"), [("ssh:bastion", 1), ("ssh:far", 2)])
def test_a_killed_process_leaves_no_forwarding(
    ssh_client: Client, far: Sshd, behind: Connection, via: str, count: int
) -> None:
    """SIGKILL of the process that opened it ends the client too, and the one that leads to a jump host."""
    program = (
        "import time; from pulumi_timescaledb.database import tunnel; "
        f"tunnel.local_port('{via}', '{behind.host}', {behind.port}); print('open', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        assert len(clients(ssh_client)) == count
        process.kill()
    deadline = time.monotonic() + 10
    while clients(ssh_client) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert clients(ssh_client) == set()


def test_session_manager_is_asked_for_the_same_forwarding(
    behind: Connection, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The AWS command line gets instance, region, host and both ports."""
    aws = tmp_path / "aws"
    aws.write_text(AWS.format(python=sys.executable))
    aws.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert answer(replace(behind, via="ssm:i-0123456789abcdef0@eu-west-1")) == 42


def test_the_certificate_is_checked_against_the_name_and_not_the_way(behind: Connection, bastion: Sshd) -> None:
    """Through the forwarding, libpq still knows the server by its own name."""
    with session.connect(replace(behind, host="localhost")) as opened:
        assert isinstance(opened, psycopg.Connection)
        assert (opened.info.host, opened.info.hostaddr) == ("localhost", "127.0.0.1")
        assert opened.info.port != behind.port
