"""Work on the host that holds a database's tag, for the command line: run, copy, stop, start.

The container is reached through the host: by Run Command of Systems Manager, which needs no key and no port, or by
OpenSSH with its own configuration. Which instance runs is looked up each time, because a spot host is another one
tomorrow.
"""

import base64
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from ...errors import Failed, Refusal, Unreachable
from ..contract import Completed
from .checks import IDENTITY_TAG

CONTAINER = "timescaledb"
STOP_SECONDS = 120
# Run Command keeps 24,000 characters of output (Systems Manager API, StandardOutputContent); base64 makes 3 bytes 4
PIECE_BYTES = 16_000
MOST_BYTES = 4 * 1024 * 1024
_DOCUMENT = "AWS-RunShellScript"
_SSH = ("ssh", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "-o", "ServerAliveInterval=15")


class Shell(Protocol):
    """A way to run a script on the host as root."""

    def run(self, script: str, given: bytes = b"", seconds: int = 600) -> Completed:
        """Run a script with ``given`` as its standard input and wait at most ``seconds`` for its end."""
        ...


class SshShell:
    """OpenSSH to a destination; the login may use sudo without a password, as ec2-user may."""

    def __init__(self, destination: str) -> None:
        """Remember the destination."""
        self._destination = destination

    def run(self, script: str, given: bytes = b"", seconds: int = 600) -> Completed:
        """Run a script; raises Unreachable when ssh itself fails."""
        words = [*_SSH, "--", self._destination, f"sudo -n bash -c {shlex.quote(script)}"]
        try:
            done = subprocess.run(words, input=given, capture_output=True, timeout=seconds, check=False)
        except FileNotFoundError:
            raise Unreachable(f"via is ssh:{self._destination} but ssh is not on PATH; install OpenSSH") from None
        except subprocess.TimeoutExpired:
            raise Unreachable(f"{self._destination} did not answer within {seconds} s; try again") from None
        if done.returncode == 255:  # ssh's own code
            reason = done.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"]
            raise Unreachable(f"no way to {self._destination} ({reason[-1]}); type: ssh {self._destination} true")
        return Completed(done.returncode, done.stdout, done.stderr)


class RunCommandShell:
    """Run Command on one instance. Its input and output are recorded by AWS for 30 days: nothing secret passes."""

    def __init__(self, client: Any, instance_id: str) -> None:
        """Remember the instance; ``client`` is boto3's for ssm."""
        self._client = client
        self._instance = instance_id

    def run(self, script: str, given: bytes = b"", seconds: int = 600) -> Completed:
        """Run a script; its output comes back whole or not at all."""
        from botocore.exceptions import BotoCoreError, ClientError, WaiterError

        text = base64.b64encode(given).decode()
        # base64, because Run Command's output is text
        wrapped = f"set -o pipefail; echo {text} | base64 -d | bash -c {shlex.quote(script)} | base64 -w0"
        parameters = {"commands": [f"bash -c {shlex.quote(wrapped)}"], "executionTimeout": [str(seconds)]}
        try:
            sent = self._client.send_command(
                InstanceIds=[self._instance], DocumentName=_DOCUMENT, Parameters=parameters
            )
            which = {"CommandId": sent["Command"]["CommandId"], "InstanceId": self._instance}
            try:
                self._client.get_waiter("command_executed").wait(
                    **which, WaiterConfig={"Delay": 2, "MaxAttempts": max(1, seconds // 2)}
                )
            except WaiterError as error:
                if not error.last_response or error.last_response.get("Status") not in ("Failed", "TimedOut"):
                    raise
            done = self._client.get_command_invocation(**which)
        except (BotoCoreError, ClientError) as error:
            raise Unreachable(
                f"{self._instance} did not run a command ({error}); check that its agent is online in Fleet Manager"
            ) from None
        output = str(done["StandardOutputContent"])
        if "--output truncated--" in output or len(output) >= 24_000:
            raise Failed(
                f"{self._instance}: the command wrote more than Run Command returns; use via ssh:<destination>"
            )
        stderr = str(done["StandardErrorContent"]).encode()
        return Completed(int(done["ResponseCode"]), base64.b64decode(output), stderr)


class Ec2Access:
    """The database's container on the instance that carries its tag.

    Args:
        database_name: the component's argument of that name.
        region: of the instance.
        via: ``ssm``, or ``ssh:<destination>`` of the host.
        container: name of the container.
        session: boto3's, made from the environment when left out.

    Every method raises :class:`~...errors.Unreachable` when no instance runs or it does not answer.
    """

    def __init__(
        self, database_name: str, region: str, via: str = "ssm", container: str = CONTAINER, session: Any = None
    ) -> None:
        """Remember the names; nothing is asked yet."""
        self._name, self._region, self._via, self._container = database_name, region, via, container
        self._session = session

    def instance_id(self) -> str:
        """The running instance."""
        filters = [
            {"Name": f"tag:{IDENTITY_TAG}", "Values": [self._name]},
            {"Name": "instance-state-name", "Values": ["running"]},
        ]
        pages = self._client("ec2").describe_instances(Filters=filters)["Reservations"]
        found = sorted(each["InstanceId"] for page in pages for each in page["Instances"])
        if not found:
            raise Unreachable(
                f"no running instance has the tag {IDENTITY_TAG}={self._name} in {self._region}; "
                "a spot host may be on its way: look at the activity of its Auto Scaling group"
            )
        if len(found) > 1:
            raise Unreachable(
                f"{' and '.join(found)} both have the tag {IDENTITY_TAG}={self._name}; wait for one to end"
            )
        return str(found[0])

    def exec(
        self, command: Sequence[str], *, user: str | None = None, environment: Mapping[str, str] | None = None
    ) -> Completed:
        """Run a command in the container.

        Values of ``environment`` pass through standard input, so that no list of processes shows them.

        Raises:
            Refusal: for an environment through Run Command, which AWS would record.
        """
        words = ["docker", "exec", *(["--user", user] if user else [])]
        if environment and self._via == "ssm":
            raise Refusal("environment would be recorded by Run Command; use via ssh:<destination> for this command")
        if environment:
            words += ["--env-file", "/dev/stdin"]
        lines = "".join(f"{key}={value}\n" for key, value in (environment or {}).items())
        return self._shell().run(shlex.join([*words, self._container, *command]), lines.encode())

    def copy_in(self, source: Path, target: str) -> None:
        """Copy a local file to an absolute path in the container; its folder must exist. Mode 0600, owner root."""
        content, shell, begin = source.read_bytes(), self._shell(), True
        for piece in _pieces(content, self._via) or [b""]:
            write = f"cat {'>' if begin else '>>'} {shlex.quote(target)}"
            inside = f"umask 077; {write}"
            script = shlex.join(["docker", "exec", "-i", "--user", "0", self._container, "sh", "-c", inside])
            self._right(shell.run(script, piece), f"{target} could not be written; check that its folder exists")
            begin = False

    def copy_out(self, source: str, target: Path) -> None:
        """Copy a file of the container to a local path, mode 0600."""
        shell, at = self._shell(), shlex.quote(source)
        size = int(self._inside(shell, f"test -f {at} && stat -c %s {at}", f"{source} is not a file; name one file"))
        step = PIECE_BYTES if self._via == "ssm" else max(size, 1)
        _refuse_size(size, self._via)
        read = [
            self._inside(shell, f"tail -c +{start + 1} {at} | head -c {step}", f"{source} could not be read")
            for start in range(0, size, step)
        ]
        target.touch(mode=0o600)
        target.write_bytes(b"".join(read))

    def stop(self, timeout: int = STOP_SECONDS) -> None:
        """Stop the server with a fast shutdown; kill it after ``timeout`` seconds."""
        script = shlex.join(["docker", "stop", "--time", str(timeout), self._container])
        self._right(self._shell().run(script, seconds=timeout + 60), "the server could not be stopped; look at its log")

    def start(self) -> None:
        """Start the server again, with the same data."""
        self._right(
            self._shell().run(shlex.join(["docker", "start", self._container])),
            "the server could not be started; type: sudo journalctl -u timescaledb-host",
        )

    def _inside(self, shell: Shell, script: str, otherwise: str) -> bytes:
        words = ["docker", "exec", "--user", "0", self._container, "sh", "-c", script]
        return self._right(shell.run(shlex.join(words)), otherwise).stdout

    def _right(self, done: Completed, otherwise: str) -> Completed:
        if done.code != 0:
            said = done.stderr.decode(errors="replace").strip().splitlines()
            raise Failed(f"{self._name}: {otherwise}{f' ({said[-1]})' if said else ''}")
        return done

    def _shell(self) -> Shell:
        if self._via.startswith("ssh:"):
            return SshShell(self._via.removeprefix("ssh:"))
        return RunCommandShell(self._client("ssm"), self.instance_id())

    def _client(self, service: str) -> Any:
        try:
            import boto3
        except ImportError:
            raise Refusal("a host on EC2 needs the package boto3; install pulumi-timescaledb[aws]") from None
        return (self._session or boto3).client(service, region_name=self._region)


def _pieces(content: bytes, via: str) -> list[bytes]:
    _refuse_size(len(content), via)
    step = PIECE_BYTES if via == "ssm" else max(len(content), 1)
    return [content[start : start + step] for start in range(0, len(content), step)]


def _refuse_size(size: int, via: str) -> None:
    if via == "ssm" and size > MOST_BYTES:
        raise Refusal(f"a file of {size} bytes is too large for Run Command; use via ssh:<destination>, or S3")
