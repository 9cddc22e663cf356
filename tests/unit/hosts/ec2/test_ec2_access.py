"""Work on the host through its two ways in.

OpenSSH and sudo are stubs that run the command here, and the container engine is a stub that runs it in a folder;
the look-up by tag runs against moto. Not proved here: a real sshd, the agent of Systems Manager, a real container.
"""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws
from pulumi_timescaledb.errors import Failed, Refusal, Unreachable
from pulumi_timescaledb.hosts.contract import HostAccess
from pulumi_timescaledb.hosts.ec2 import Ec2Access
from pulumi_timescaledb.hosts.ec2.access import PIECE_BYTES, RunCommandShell

REGION = "eu-central-1"
STUBS = {
    # ssh -o ... -- destination command: the command runs in a shell of the other side
    "ssh": 'while [ "$1" != -- ]; do shift; done; echo "$2" >> "$LOG"; exec bash -c "$3"',
    "sudo": 'shift; exec "$@"',
    # docker exec [options] name command: options are noted, an env file is read as docker reads it
    "docker": """echo "$@" >> "$LOG"
    [ "$1" = exec ] || exit 0
    shift
    while [ "$1" != timescaledb ]; do
        case $1 in --user) shift ;; --env-file) shift; export $(cat "$1") ;; esac; shift
    done
    shift; exec "$@" """,
}


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stubs on PATH, and the file they write their arguments to."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, body in STUBS.items():
        (folder / name).write_text(f"#!/bin/bash\n{body}\n")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.setenv("LOG", str(tmp_path / "log"))
    return tmp_path / "log"


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An account in memory."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield boto3.Session(region_name=REGION)


def start(account: Any, database_name: str) -> str:
    """One running instance with the database's tag."""
    tags = [{"ResourceType": "instance", "Tags": [{"Key": "timescaledb-database", "Value": database_name}]}]
    image = account.client("ec2").describe_images()["Images"][0]["ImageId"]
    made = account.client("ec2").run_instances(ImageId=image, MinCount=1, MaxCount=1, TagSpecifications=tags)
    return str(made["Instances"][0]["InstanceId"])


def test_the_access_keeps_the_contract() -> None:
    """Everything built on a host works on this one."""
    access: HostAccess = Ec2Access("lighthouse-dev", REGION)
    assert access is not None


def test_the_running_instance_is_found_by_its_tag(account: Any) -> None:
    """Another database's and a terminated one are passed over."""
    access = Ec2Access("lighthouse-dev", REGION, session=account)
    with pytest.raises(Unreachable, match="no running instance has the tag timescaledb-database=lighthouse-dev"):
        access.instance_id()
    start(account, "another")
    old, new = start(account, "lighthouse-dev"), start(account, "lighthouse-dev")
    with pytest.raises(Unreachable, match="both have the tag"):
        access.instance_id()
    account.client("ec2").terminate_instances(InstanceIds=[old])
    assert access.instance_id() == new


def test_a_command_runs_in_the_container(log: Path) -> None:
    """Its output, its code and what it complains of come back."""
    access = Ec2Access("lighthouse-dev", REGION, via="ssh:db")
    done = access.exec(["sh", "-c", "echo 'a b'; echo no >&2; exit 3"], user="postgres")
    assert (done.code, done.stdout, done.stderr) == (3, b"a b\n", b"no\n")
    assert log.read_text().splitlines()[0] == "db"
    assert "--user postgres timescaledb" in log.read_text()


def test_an_environment_is_in_no_list_of_processes(log: Path) -> None:
    """It arrives, and no argument of any program holds it."""
    access = Ec2Access("lighthouse-dev", REGION, via="ssh:db")
    done = access.exec(["sh", "-c", "echo $CANARY"], environment={"CANARY": "canary-password"})
    assert done.stdout == b"canary-password\n"
    assert "canary-password" not in log.read_text()


def test_run_command_takes_no_environment() -> None:
    """AWS records what it is sent."""
    with pytest.raises(Refusal, match="recorded"):
        Ec2Access("lighthouse-dev", REGION).exec(["true"], environment={"PGPASSWORD": "x"})


@pytest.mark.parametrize("content", [b"", b"\x00\xff\n" * 10, b"x" * 100_000])
def test_a_file_comes_back_as_it_went(log: Path, tmp_path: Path, content: bytes) -> None:
    """Bytes of every kind, in and out."""
    access = Ec2Access("lighthouse-dev", REGION, via="ssh:db")
    source, there, back = tmp_path / "source", tmp_path / "it's there", tmp_path / "back"
    source.write_bytes(content)
    access.copy_in(source, str(there))
    assert there.stat().st_mode & 0o777 == 0o600
    access.copy_out(str(there), back)
    assert back.read_bytes() == content
    with pytest.raises(Failed, match="is not a file; name one file"):
        access.copy_out(str(tmp_path), back)
    with pytest.raises(Failed, match="could not be written; check that its folder exists"):
        access.copy_in(source, str(tmp_path / "no folder" / "file"))


def test_stopping_gives_the_server_its_time(log: Path) -> None:
    """The container engine is asked for a stop with the time-out, and for a start."""
    access = Ec2Access("lighthouse-dev", REGION, via="ssh:db")
    access.stop(90)
    access.start()
    assert [line for line in log.read_text().splitlines() if line != "db"] == [
        "stop --time 90 timescaledb",
        "start timescaledb",
    ]


def test_no_way_to_the_host_is_said_with_the_reason(log: Path) -> None:
    """ssh ends with 255 when it is ssh that failed; its last line says why."""
    (Path(log.parent) / "bin" / "ssh").write_text("#!/bin/sh\necho first >&2\necho 'Permission denied' >&2\nexit 255\n")
    with pytest.raises(Unreachable, match=r"^no way to db \(Permission denied\); type: ssh db true$"):
        Ec2Access("lighthouse-dev", REGION, via="ssh:db").start()


def test_a_machine_without_ssh_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Instead of a traceback."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unreachable, match="ssh is not on PATH; install OpenSSH"):
        Ec2Access("lighthouse-dev", REGION, via="ssh:db").start()


class Agent:
    """What Systems Manager's agent does with a command: run it in a shell, and keep what it wrote."""

    def __init__(self) -> None:
        """Nothing has been sent yet."""
        self.sent: list[str] = []
        self.done: subprocess.CompletedProcess[bytes] | None = None

    def send_command(self, InstanceIds: list[str], DocumentName: str, Parameters: Any) -> Any:
        """Run it at once."""
        assert DocumentName == "AWS-RunShellScript"
        self.sent += Parameters["commands"]
        self.done = subprocess.run(["sh", "-c", "\n".join(Parameters["commands"])], capture_output=True, check=False)
        return {"Command": {"CommandId": "c-1"}}

    def get_waiter(self, name: str) -> Any:
        """It has ended already."""
        assert name == "command_executed"
        return self

    def wait(self, **given: Any) -> None:
        """Nothing to wait for."""

    def get_command_invocation(self, CommandId: str, InstanceId: str) -> Any:
        """Its outcome, cut as the service cuts it."""
        assert self.done is not None
        output = self.done.stdout.decode()[:24_000]
        return {
            "ResponseCode": self.done.returncode,
            "StandardOutputContent": output,
            "StandardErrorContent": self.done.stderr.decode()[:24_000],
        }


def test_run_command_carries_bytes_and_codes() -> None:
    """Input and output are any bytes, and the code is the script's own."""
    done = RunCommandShell(Agent(), "i-1").run("cat; echo no >&2; exit 4", b"\x00\xff'\"")
    assert (done.code, done.stdout, done.stderr) == (4, b"\x00\xff'\"", b"no\n")


def test_output_that_run_command_would_cut_is_refused() -> None:
    """Half an output is worse than none."""
    shell = RunCommandShell(Agent(), "i-1")
    assert len(shell.run(f"head -c {PIECE_BYTES} /dev/zero").stdout) == PIECE_BYTES
    with pytest.raises(Failed, match="wrote more than Run Command returns; use via ssh"):
        shell.run("head -c 20000 /dev/zero")


def test_files_pass_run_command_in_pieces(log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file larger than one answer comes back whole; one that is far too large is refused before it is sent."""
    agent = Agent()
    access = Ec2Access("lighthouse-dev", REGION)
    monkeypatch.setattr(access, "_shell", lambda: RunCommandShell(agent, "i-1"))
    source, there, back = tmp_path / "source", tmp_path / "there", tmp_path / "back"
    content = bytes(range(256)) * 150
    source.write_bytes(content)
    access.copy_in(source, str(there))
    access.copy_out(str(there), back)
    assert back.read_bytes() == content
    assert len(agent.sent) == 3 + 1 + 3
    assert base64.b64encode(content[:30]).decode() in agent.sent[0]
    source.write_bytes(b"x" * (4 * 1024 * 1024 + 1))
    with pytest.raises(Refusal, match="too large for Run Command"):
        access.copy_in(source, str(there))
