"""Mounts that a killed daemon leaves on its data root; they would keep the folder from being deleted (Linux)."""

from __future__ import annotations

import subprocess
from pathlib import Path


def below(folder: Path) -> list[str]:
    """Mount points in or below a folder, innermost first (proc(5), mountinfo)."""
    try:
        lines = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    points = [text.split()[4].replace("\\040", " ") for text in lines]
    return sorted((each for each in points if Path(each).is_relative_to(folder)), key=len, reverse=True)


def release(folder: Path) -> None:
    """Take away every mount in or below a folder whose daemon has ended."""
    for point in below(folder):
        subprocess.run(["umount", point], check=False, stderr=subprocess.DEVNULL)
