"""A Docker Engine of our own: started from the distribution's package with data, socket and log in the user's cache."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from tools.local import bridge, lock, mounts, orphans, packages, places
from tools.local.failure import Stop, sentence

_STARTED: list[subprocess.Popen[bytes]] = []  # daemons outlive us: nobody waits for these, and none is forgotten
_BRIDGES = "tsdb-"
_SOCKET_LIMIT = 100  # a unix socket's path holds 107 bytes on Linux (unix(7)); leave room


@dataclass(frozen=True)
class Daemon:
    """The daemon that belongs to one folder. Nothing outside that folder tells that it is ours."""

    folder: Path

    @property
    def socket(self) -> Path:
        """The socket; under /run when the folder's own path is too long for one."""
        path = self.folder / "docker.sock"
        if len(str(path)) <= _SOCKET_LIMIT:
            return path
        return Path("/run") / f"pulumi-timescaledb-{places.short_hash(str(self.folder), 12)}.sock"

    @property
    def host(self) -> str:
        """Value for DOCKER_HOST."""
        return f"unix://{self.socket}"

    @property
    def bridge(self) -> str:
        """Name of the network bridge that is only this daemon's."""
        return _BRIDGES + places.short_hash(str(self.folder), 8)

    @property
    def log(self) -> Path:
        """The daemon's log file."""
        return self.folder / "dockerd.log"

    def pid(self) -> int | None:
        """Process id while the daemon runs; a recycled id of another program does not count."""
        for child in _STARTED:
            child.poll()  # reaps it when it has ended
        try:
            number = int((self.folder / "docker.pid").read_text())
            words = Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0")
        except (OSError, ValueError):
            return None
        ours = f"{self.folder / 'data'}".encode()
        return number if ours in words and not _is_zombie(number) else None

    def start(
        self, answers: Callable[[str], bool], running: Callable[[str], Sequence[str]], *, seconds: float = 60.0
    ) -> None:
        """Start the daemon and wait until it answers; when it runs already, only its addresses are looked at.

        Args:
            answers: tells whether an engine answers at a DOCKER_HOST.
            running: the names of the containers that run there.
            seconds: how long to wait.

        Raises:
            Stop: it did not come up, with its last log line, or another interface has its addresses.
        """
        with lock.waiting(self.folder / "lock"):
            if self.pid() is not None and _wait(lambda: answers(self.host), seconds):
                self._want_own_range(running)
                return
            _remove_left_bridges()
            problem = ""
            # Some kernels lack the packet filter modules. Ports published on loopback work without them.
            for extra in ([], ["--iptables=false", "--ip6tables=false"]):
                if self._launch(extra, answers, seconds):
                    self._want_own_range(running)
                    return
                problem = self._last_log_line()
                if "iptables" not in problem:
                    break
            raise Stop(f"the Docker Engine did not start: {problem} (whole log: {self.log}).")

    def stop(self, *, seconds: float = 60.0) -> bool:
        """End the daemon and its containerd; False when it was not running."""
        number = self.pid()
        if number is None:
            return False
        os.kill(number, signal.SIGTERM)
        if not _wait(lambda: self.pid() is None, seconds):
            raise Stop(f"the Docker Engine (process {number}) did not stop within {seconds:.0f} s: see {self.log}.")
        bridge.remove(self.bridge)
        mounts.release(self.folder.resolve())
        return True

    def _launch(self, extra: list[str], answers: Callable[[str], bool], seconds: float) -> bool:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "docker.pid").unlink(missing_ok=True)
        self._forget_dead_containerd()
        bridge.make(self.bridge)
        command = [
            packages.need("dockerd", "docker.io", "iptables", purpose="the Docker Engine", say=lambda _: None),
            "--data-root", str(self.folder / "data"),
            "--exec-root", str(self.folder / "exec"),
            "--pidfile", str(self.folder / "docker.pid"),
            "--host", self.host,
            "--group", "root",
            "--live-restore",  # containers outlive a killed or restarted daemon
            "--bridge", self.bridge,
            *extra,
        ]  # fmt: skip
        with open(self.log, "ab") as log:
            child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd="/",
                env={**os.environ, "PATH": packages.search_path()},  # it calls iptables
            )
        _STARTED.append(child)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if child.poll() is not None:
                return False
            if answers(self.host):
                return True
            time.sleep(0.1)
        child.terminate()
        child.wait(10)
        return False

    def _want_own_range(self, running: Callable[[str], Sequence[str]]) -> None:
        """The engine takes the range it had before, without a look at who has it now (seen with 20.10).

        One with containers goes on: they would be without an engine, and somebody may be at work in them.
        """
        other = bridge.rival(self.bridge)
        if other is None:
            return
        names = ", ".join(sorted(running(self.host)))
        if not names:
            self.stop()
        left = f", and it was left running for the containers in it ({names})" if names else ""
        raise Stop(
            f"our Docker Engine's addresses are in use by the interface {other}{left}: stop what made that interface "
            f"(or, when that is gone, run `ip link delete {other}`), and run this again."
        )

    def _forget_dead_containerd(self) -> None:
        """A killed daemon takes its containerd along. Unreaped, it would be waited for."""
        file = self.folder / "exec" / "containerd" / "containerd.pid"
        try:
            number = int(file.read_text())
        except (OSError, ValueError):
            return

        def dead() -> bool:
            return _is_zombie(number) or str(file.parent).encode() not in _words(number)

        if _wait(dead, 1.0):  # it dies a moment after its daemon; one that lives on is taken over
            file.unlink(missing_ok=True)

    def _last_log_line(self) -> str:
        try:
            lines = self.log.read_text(errors="replace").strip().splitlines()
        except OSError:
            lines = []
        return sentence(lines[-1]) if lines else "it wrote no log"


def ours() -> Daemon:
    """The daemon in the user's cache folder."""
    return Daemon(places.cache() / "docker")


def _remove_left_bridges() -> None:
    """Remove the bridges of daemons of ours that were killed: another may have their range in its memory."""
    needed = set()
    for process in orphans.processes().values():
        for option, value in pairwise(process.words):
            if option == "--bridge":
                needed.add(value)
            elif option == "-address":  # a container that outlives its daemon: its shim names the daemon's folder
                needed.add(Daemon(Path(value).parent.parent.parent).bridge)
    for name in bridge.names(_BRIDGES):
        if name not in needed:
            bridge.remove(name)


def _words(number: int) -> bytes:
    try:
        return Path(f"/proc/{number}/cmdline").read_bytes()
    except OSError:
        return b""


def _is_zombie(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def _wait(true: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.1)
    return False


def available() -> bool:
    """True when a daemon of our own can be started here: as root, with dockerd present or installable."""
    return os.geteuid() == 0 and (
        shutil.which("dockerd", path=packages.search_path()) is not None or packages.can_install()
    )
