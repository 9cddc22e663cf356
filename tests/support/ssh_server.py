"""OpenSSH's own server, sshd, on a loopback port: with a folder, a host key, a list of keys and host names of its own.

It forwards ports and does nothing else: whoever is let in gets neither a shell nor a terminal. Each server has its own
mounts and processes (namespaces(7)): it knows the names of `hosts` and asks nobody for others, and what it started ends
with it. Needs root.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.local import packages

from .ports import free_port

ATTEMPTS, START_SECONDS = 3, 10  # another program may take the port between our choice and the server
USER = "root"  # without a password, and with the keys of the folder alone
RUN = Path("/run/sshd")  # where sshd locks up the half of itself that speaks with strangers
_CONFIG = """\
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host
AuthorizedKeysFile {folder}/authorized_keys
AuthenticationMethods publickey
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
AllowUsers {user}
PermitRootLogin prohibit-password
ForceCommand /bin/false
PermitTTY no
AllowTcpForwarding local
AllowAgentForwarding no
X11Forwarding no
PidFile none
LogLevel DEBUG1
"""
# the first two words: it ends with us, even by SIGKILL
_OF_ITS_OWN = ["setpriv", "--pdeathsig=KILL", "unshare", "--mount", "--pid", "--fork", "--kill-child", "--"]
_WITH_NAMES = """
for file in hosts nsswitch.conf; do mount --bind "$1/$file" "/etc/$file" || exit 1; done
shift
exec "$@"
"""
_ASKED = re.compile(r"server_request_direct_tcpip: originator \S+ port \d+, target (\S+) port (\d+)")
_LET_IN = re.compile(r"^Accepted publickey for (\S+) .*(SHA256:\S+)", re.MULTILINE)


@dataclass(frozen=True)
class Sshd:
    """A server, by its folder and port."""

    folder: Path
    port: int

    def forwarded(self) -> set[tuple[str, int]]:
        """The addresses to which clients were forwarded, or wanted to be."""
        return {(host, int(port)) for host, port in _ASKED.findall(self.log())}

    def let_in(self) -> set[tuple[str, str]]:
        """Who was let in, with the fingerprint of the key."""
        return set(_LET_IN.findall(self.log()))

    def host_key(self) -> str:
        """The public half of the host key."""
        return (self.folder / "host.pub").read_text()

    def admit(self, public_key: Path, *, but_only_to: str = "") -> None:
        """Let in this key alone; where an address is given, such as "127.0.0.1:1", forward to nowhere else."""
        only = f'permitopen="{but_only_to}" ' if but_only_to else ""
        (self.folder / "authorized_keys").write_text(only + public_key.read_text())

    def log(self) -> str:
        """What the server has written so far."""
        return (self.folder / "log").read_text(errors="replace")


def lacking() -> str | None:
    """Why no server can run on this machine, in one sentence; None where one can."""
    return None if os.geteuid() == 0 else "the tests of tunnels need root: an SSH server with mounts of its own"


def make_key(path: Path) -> None:
    """A new pair of keys: the private one at this path, the public one beside it."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", path.name, "-f", path], check=True)


@contextmanager
def running(folder: Path, public_key: Path, hosts: Mapping[str, str]) -> Iterator[Sshd]:
    """A server that listens.

    Args:
        folder: to be made.
        public_key: whom it lets in.
        hosts: addresses by name, for it alone.
    """
    program = packages.need(
        "sshd", "openssh-server", purpose="the tests of tunnels", say=lambda _: None, services=("ssh",)
    )
    RUN.mkdir(mode=0o755, exist_ok=True)
    folder.mkdir(mode=0o700)
    make_key(folder / "host")
    known = {"localhost": "127.0.0.1", **hosts}
    (folder / "hosts").write_text("".join(f"{address} {name}\n" for name, address in known.items()))
    (folder / "nsswitch.conf").write_text("passwd: files\ngroup: files\nshadow: files\nhosts: files\n")
    server, process = _started(program, folder)
    server.admit(public_key)
    try:
        yield server
    finally:
        _end(process)


def _started(program: str, folder: Path) -> tuple[Sshd, subprocess.Popen[bytes]]:
    for _ in range(ATTEMPTS):
        server = Sshd(folder, free_port())
        (folder / "config").write_text(_CONFIG.format(folder=folder, port=server.port, user=USER))
        command = [program, "-D", "-e", "-f", str(folder / "config")]
        with (folder / "log").open("wb") as log:
            words = [*_OF_ITS_OWN, "sh", "-c", _WITH_NAMES, "sh", str(folder), *command]
            process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        deadline = time.monotonic() + START_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            if "Server listening on" in server.log():
                return server, process
            time.sleep(0.02)
        _end(process)
    raise AssertionError(f"sshd did not start: {server.log()}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the server, and with it all that it started: it is the first process of its namespace."""
    if process.poll() is None:
        for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
            os.kill(int(pid), signal.SIGKILL)
        process.wait(START_SECONDS)
