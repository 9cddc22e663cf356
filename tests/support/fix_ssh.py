"""A machine in front of the database: an SSH server that forwards, and an OpenSSH client that knows it as "bastion"."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncssh
import pytest

from tools.local import packages

_CONFIG = """
Host nobody
  User nobody
Host stranger
  UserKnownHostsFile /dev/null
Host *
  HostName 127.0.0.1
  Port {port}
  User tester
  IdentityFile {folder}/client
  IdentitiesOnly yes
  UserKnownHostsFile {folder}/known_hosts
"""


@dataclass(frozen=True)
class Bastion:
    """The server, by its folder."""

    folder: Path

    def forwarded(self) -> set[tuple[str, int]]:
        """The addresses to which clients were forwarded, or wanted to be."""
        rows = (line.rsplit(" ", 1) for line in (self.folder / "forwarded").read_text().splitlines())
        return {(host, int(port)) for host, port in rows}

    def refuse(self, port: int) -> None:
        """Forward no more to this port."""
        (self.folder / "refused").write_text(f"{port}\n")


@pytest.fixture
def bastion(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bastion]:
    """The running server; the program `ssh` on PATH reads a configuration of its own."""
    client = packages.need("ssh", "openssh-client", purpose="the tests of tunnels", say=lambda _: None)
    folder = tmp_path / "ssh"
    folder.mkdir(mode=0o700)
    key = asyncssh.generate_private_key("ssh-ed25519")
    key.write_private_key(folder / "client")
    (folder / "client").chmod(0o600)
    key.write_public_key(folder / "client.pub")
    for name in ("forwarded", "refused"):
        (folder / name).touch()
    command: list[str | Path] = [sys.executable, Path(__file__).with_name("ssh_server.py"), folder]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            port = int(server.stdout.readline())
            (folder / "config").write_text(_CONFIG.format(port=port, folder=folder))
            (folder / "ssh").write_text(f'#!/bin/sh\nexec {client} -F {folder}/config "$@"\n')
            (folder / "ssh").chmod(0o755)
            monkeypatch.setenv("PATH", str(folder), prepend=":")
            yield Bastion(folder)
        finally:
            server.kill()
