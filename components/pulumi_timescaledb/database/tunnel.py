"""Ways to a database that this machine cannot connect to directly: a port forwarded by OpenSSH or Session Manager.

``via`` is ``ssh:<destination>``, where OpenSSH's own configuration says user, key, port and jump hosts, or
``ssm:<instance id>[@<region>]``, which needs the AWS command line and its Session Manager plugin; in place of the id
``<tag>=<value>`` stands for whichever instance with that tag is running, so that a replaced host changes nothing.
Nothing is asked: what would need a password or an unknown host key to be accepted is an error. A forwarding is opened
when first used, shared by this process, opened anew when it broke, and ends with this process, also when that is
killed: no master that OpenSSH's configuration keeps (``ControlMaster``) takes it over.
"""

from __future__ import annotations

import atexit
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import IO

from .. import ways
from ..errors import Refusal, Unreachable

OPEN_SECONDS = 30
ATTEMPTS = 3  # another program may take the local port between our choice and the forwarding
LOOPBACK = "127.0.0.1"
_SSH_OPTIONS = {
    "BatchMode": "yes",
    "ExitOnForwardFailure": "yes",
    "ControlMaster": "no",
    "ControlPath": "none",  # a master that the person keeps would hold the forwarding after us
    "ConnectTimeout": "10",
    "ServerAliveInterval": "15",
    "ServerAliveCountMax": "3",
}
# AWS documentation, "Start a session (port forwarding to remote host)"
_SSM_DOCUMENT = "AWS-StartPortForwardingSessionToRemoteHost"
_FORM = re.compile(ways.TUNNEL)
_LEASH = Path(__file__).with_name("leash.py")


class BadVia(Refusal):
    """A way that is none of the known forms."""


def validate(via: str, argument: str = "connection.via") -> re.Match[str]:
    """The parts of a way whose form is right; raises :class:`BadVia`."""
    found = _FORM.fullmatch(via)
    if found is None:
        raise BadVia(f"{argument} is not a way to a database; write {ways.TUNNEL_EXPECTED}")
    return found


def look_up(via: str) -> list[str]:
    """The program that prints the id of the running instance that a tag stands for; empty where there is an id."""
    found = validate(via)
    if not found["tag"]:
        return []
    filters = [f"Name=tag:{found['tag']},Values={found['value']}", "Name=instance-state-name,Values=running"]
    query = ["--query", "Reservations[].Instances[].InstanceId", "--output", "text"]
    return ["aws", "ec2", "describe-instances", "--filters", *filters, *query, *_region(found)]


def command(via: str, host: str, port: int, local: int, instance: str = "") -> list[str]:
    """The program that forwards a local port to the database's address as seen from the other end.

    Args:
        via: the way.
        host, port: of the database, from there.
        local: port on this machine.
        instance: id that :func:`look_up` found, where via names a tag.
    """
    found = validate(via)
    if found["destination"]:
        target = f"[{host}]" if ":" in host else host
        options = [word for name, value in _SSH_OPTIONS.items() for word in ("-o", f"{name}={value}")]
        forward = f"{LOOPBACK}:{local}:{target}:{port}"
        return ["ssh", "-N", "-T", *options, "-L", forward, "--", found["destination"]]
    parameters = {"host": [host], "portNumber": [str(port)], "localPortNumber": [str(local)]}
    target = instance or found["instance"]
    start = ["aws", "ssm", "start-session", "--target", target, "--document-name", _SSM_DOCUMENT]
    return [*start, "--parameters", json.dumps(parameters), *_region(found)]


def _region(found: re.Match[str]) -> list[str]:
    return ["--region", found["region"]] if found["region"] else []


# BatchMode does not reach the client that OpenSSH starts for a jump host (ssh(1), SSH_ASKPASS_REQUIRE, from 8.4 on)
_NO_QUESTIONS = {"SSH_ASKPASS": "/bin/false", "SSH_ASKPASS_REQUIRE": "force"}
# what it says of a jump host that has already told why
_CONSEQUENCES = ("UNKNOWN port", "kex_exchange_identification")


class _Forwarding:
    """One running program that forwards a local port."""

    def __init__(self, words: list[str], local: int) -> None:
        self.local = local
        self._said: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the program
        self._program = subprocess.Popen(
            [sys.executable, "-I", str(_LEASH), *words],
            stdin=subprocess.DEVNULL,
            stdout=self._said,
            stderr=subprocess.STDOUT,
            env={**os.environ, **_NO_QUESTIONS},
        )

    def runs(self) -> bool:
        """Whether the program is still there."""
        return self._program.poll() is None

    def answers(self) -> bool:
        """Whether somebody listens on the local port."""
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex((LOOPBACK, self.local)) == 0

    def last_words(self) -> str:
        """The last line that the program wrote which tells why, else the last one."""
        self._said.seek(0)
        lines = [line.strip() for line in self._said.read().decode(errors="replace").splitlines() if line.strip()]
        telling = [line for line in lines if not any(words in line for words in _CONSEQUENCES)]
        return (telling or lines or ["no reason given"])[-1].rstrip(".")

    def close(self) -> None:
        """End the program."""
        self._program.terminate()
        try:
            self._program.wait(5)
        except subprocess.TimeoutExpired:
            self._program.kill()
            self._program.wait()
        self._said.close()


_open: dict[tuple[str, str, int], _Forwarding] = {}
_one_at_a_time = threading.Lock()


def local_port(via: str, host: str, port: int) -> int:
    """The port on 127.0.0.1 behind which the database is; raises :class:`~..errors.Unreachable` with the reason."""
    key = (via, host, port)
    with _one_at_a_time:
        found = _open.get(key)
        if found is not None and found.runs():
            return found.local
        if found is not None:
            _open.pop(key).close()
        _open[key] = _opened(via, host, port)
        return _open[key].local


def _instance(via: str) -> str:
    """The running instance that a tag stands for; raises :class:`~..errors.Unreachable` while there is none."""
    words = look_up(via)
    if not words:
        return ""
    try:
        done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)
    except FileNotFoundError:
        raise Unreachable(f"connection.via is {via} but the program aws is not on PATH; install it") from None
    except subprocess.TimeoutExpired:
        raise Unreachable(f"connection.via is {via} but AWS did not answer in 60 s; try again") from None
    if done.returncode:
        said = " ".join(done.stderr.split()) or f"exit code {done.returncode}"
        raise Unreachable(f"connection.via is {via} but its instance cannot be looked up ({said}); check credentials")
    found = done.stdout.split()
    if len(found) != 1:
        missing = "try again, a replaced host comes back by itself; where none will, TSDB_DATABASE=skip leaves it out"
        remedy = "tag one alone" if found else missing
        raise Unreachable(f"connection.via is {via} and {len(found)} running instances carry that tag; {remedy}")
    return found[0]


def _opened(via: str, host: str, port: int) -> _Forwarding:
    instance = _instance(via)
    for attempt in range(1, ATTEMPTS + 1):
        with socket.socket() as probe:
            probe.bind((LOOPBACK, 0))
            local = int(probe.getsockname()[1])
        words = command(via, host, port, local, instance)
        if shutil.which(words[0]) is None:
            raise Unreachable(f"connection.via is {via} but the program {words[0]} is not on PATH; install it")
        forwarding = _Forwarding(words, local)
        deadline = time.monotonic() + OPEN_SECONDS
        while forwarding.runs() and time.monotonic() < deadline:
            if forwarding.answers():
                return forwarding
            time.sleep(0.05)
        in_time = time.monotonic() < deadline
        reason = forwarding.last_words() if in_time else f"no answer within {OPEN_SECONDS} s"
        forwarding.close()
        if attempt == ATTEMPTS or "in use" not in reason:
            break
    raise Unreachable(
        f"no way to {host}:{port} through {via} ({reason}); check connection.via, or type: {_by_hand(words)}"
    )


def _by_hand(words: list[str]) -> str:
    """What a person types to see the whole of the problem."""
    return f"ssh {words[-1]} true" if words[0] == "ssh" else " ".join(words[: words.index("--document-name")])


@atexit.register
def close() -> None:
    """End every forwarding of this process."""
    with _one_at_a_time:
        while _open:
            _open.popitem()[1].close()
