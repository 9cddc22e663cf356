"""Machines in front of the database, each with OpenSSH's own server, and an OpenSSH client that knows them by name.

"bastion" is reached from here. "far" is reached through it: only the bastion knows its address, and only "far" knows
the name that the tests give the database there.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tools.local import packages

from . import ssh_server
from .ssh_server import Sshd

BASTION, FAR = "bastion", "far"
FAR_NAME = "far.internal"
_CLIENT = """\
Include {folder}/machines
Host *
  User {user}
  IdentitiesOnly yes
  UserKnownHostsFile {folder}/known_hosts
"""


@dataclass(frozen=True)
class Client:
    """The client's configuration, keys and known hosts, by their folder."""

    folder: Path

    def knows(self, name: str, **options: object) -> None:
        """Let a name stand for options of ssh_config(5), and for the key unless another one is given."""
        given = {"IdentityFile": self.folder / "key", **options}
        with (self.folder / "machines").open("a") as file:
            file.write(f"Host {name}\n" + "".join(f"  {option} {value}\n" for option, value in given.items()))

    def fingerprint(self) -> str:
        """Of the key that servers let in."""
        command = ["ssh-keygen", "-l", "-f", str(self.folder / "key.pub")]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()[1]

    @contextmanager
    def machine(self, name: str, host: str, hosts: Mapping[str, str], **options: object) -> Iterator[Sshd]:
        """A server that runs, and that the client knows.

        Args:
            name: for the client.
            host: name or address at which the client, or the machine before it, finds the server.
            hosts: addresses by name that the server knows.
            options: of ssh_config(5), besides.
        """
        key = self.folder / "key.pub"
        with ssh_server.running(self.folder / name, key, hosts) as server:
            with (self.folder / "known_hosts").open("a") as file:
                file.write(f"[{host}]:{server.port} {server.host_key()}")
            self.knows(name, HostName=host, Port=server.port, **options)
            yield server


@pytest.fixture
def ssh_client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    """The program `ssh` on PATH reads a configuration of its own, which knows nobody yet."""
    if reason := ssh_server.lacking():
        pytest.skip(reason)
    program = packages.need("ssh", "openssh-client", purpose="the tests of tunnels", say=lambda _: None)
    folder = tmp_path / "ssh"
    folder.mkdir(mode=0o700)
    for name in ("key", "another_key"):
        ssh_server.make_key(folder / name)
    for name in ("machines", "known_hosts"):
        (folder / name).touch()
    (folder / "config").write_text(_CLIENT.format(folder=folder, user=ssh_server.USER))
    (folder / "ssh").write_text(f'#!/bin/sh\nexec {program} -F {folder}/config "$@"\n')
    (folder / "ssh").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=":")
    return Client(folder)


@pytest.fixture
def bastion(ssh_client: Client) -> Iterator[Sshd]:
    """A machine that is reached from here, also under names that cannot be used: see the options of each."""
    with ssh_client.machine(BASTION, "127.0.0.1", {FAR_NAME: "127.0.0.1"}) as server:
        here = {"HostName": "127.0.0.1", "Port": server.port}
        ssh_client.knows("stranger", **here, UserKnownHostsFile="/dev/null")
        ssh_client.knows("nobody", **here, User="nobody")
        ssh_client.knows("keyless", **here, IdentityFile=ssh_client.folder / "another_key")
        master = {"ControlMaster": "auto", "ControlPath": ssh_client.folder / "master", "ControlPersist": "yes"}
        ssh_client.knows("mastered", **here, **master)
        yield server


@contextmanager
def beyond(client: Client, hosts: Mapping[str, str]) -> Iterator[Sshd]:
    """The machine behind the bastion; hosts: addresses by name that it alone knows."""
    with client.machine(FAR, FAR_NAME, hosts, ProxyJump=BASTION) as server:
        there = {"HostName": FAR_NAME, "Port": server.port}
        client.knows("far-at-once", **there)
        client.knows("far-by-stranger", **there, ProxyJump="stranger")
        yield server
