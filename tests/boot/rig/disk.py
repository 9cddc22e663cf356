"""A data volume: a sparse file, and while it is attached a loop device with the links that udev would make."""

from __future__ import annotations

import contextlib
import os
import subprocess
from pathlib import Path


def run(*command: str, check: bool = True, feed: str | None = None) -> str:
    """Run a program of the system; its error output is part of a failure's message."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, input=feed, timeout=120)
    if check and done.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}: {done.stderr.strip()}")
    return done.stdout.strip()


class Disk:
    """One volume's content.

    Args:
        file: where it is kept; made sparse when missing.
        megabytes: its size then.
    """

    def __init__(self, file: Path, megabytes: int = 640) -> None:
        self.file = file
        self.device: str | None = None
        self._links: list[Path] = []
        if not file.exists():
            run("truncate", "-s", f"{megabytes}M", str(file))

    def plug(self, folder: Path, name: str) -> None:
        """Show it to a host as a device, with links of that name in the folder."""
        _loop_nodes()
        self.device = run("losetup", "--show", "-f", str(self.file))
        folder.mkdir(parents=True, exist_ok=True)
        if run("blkid", "-p", "-s", "PTTYPE", "-o", "value", self.device, check=False):
            run("partx", "-a", self.device)
            for device in sorted(Path("/dev").glob(f"{Path(self.device).name}p*")):
                self._link(folder / f"{name}-part{device.name.rpartition('p')[2]}", str(device))
        self._link(folder / name, self.device)

    def unplug(self) -> None:
        """Take it away; it must not be mounted."""
        for link in self._links:
            link.unlink(missing_ok=True)
        self._links.clear()
        if self.device:
            run("partx", "-d", self.device, check=False)
            run("losetup", "-d", self.device)
            self.device = None

    def grow(self, megabytes: int) -> None:
        """Enlarge it, while it is attached too."""
        run("truncate", "-s", f"{megabytes}M", str(self.file))
        if self.device:
            run("losetup", "-c", self.device)

    def _link(self, link: Path, device: str) -> None:
        link.unlink(missing_ok=True)
        link.symlink_to(device)
        self._links.append(link)


def _loop_nodes() -> None:
    """The kernel makes loop devices on demand; where nobody makes their nodes, we do (mknod(2), major number 7)."""
    for number in range(32):
        node = Path(f"/dev/loop{number}")
        with contextlib.suppress(FileExistsError):  # of the machine, or of the other worker
            os.mknod(node, 0o60600, os.makedev(7, number))
