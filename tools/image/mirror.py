"""The package mirror this machine already uses; nothing about mirrors is written down in this repository."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tools.local.failure import Stop

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


@dataclass(frozen=True)
class Mirror:
    """A Debian mirror.

    Attributes:
        address: the base address of the archive.
        settings: apt configuration lines (proxy, certificates, time-outs) that reaching it may need.
    """

    address: str
    settings: str


def of_this_machine() -> Mirror:
    """The first Debian archive in the machine's apt configuration; TSDB_DEBIAN_MIRROR names another one.

    Raises:
        Stop: there is none.
    """
    address = os.environ.get("TSDB_DEBIAN_MIRROR") or _first(_targets())
    if not address:
        raise Stop(
            "this machine's apt configuration names no Debian archive to build the image from: "
            "set TSDB_DEBIAN_MIRROR to the address of one, or make an image registry reachable."
        )
    return Mirror(address.rstrip("/"), _settings())


def _targets() -> list[str]:
    template = "$(ORIGIN)|$(COMPONENT)|$(RELEASE)|$(REPO_URI)|$(SITE)"
    lines = _output("apt-get", "indextargets", "--format", template, "Created-By: Packages").splitlines()
    if not any(text.startswith("Debian|") for text in lines):  # lists were never downloaded: the origin is unknown
        lines = [f"Debian|{text.split('|', 1)[1]}" for text in lines if "debian" in text and "security" not in text]
    return lines


def _first(targets: list[str]) -> str | None:
    for text in targets:
        origin, component, release, address, _ = text.split("|", 4)
        if origin == "Debian" and component == "main" and "security" not in release and "updates" not in release:
            return address
    return None


def _settings() -> str:
    wanted = ("Acquire::http", "Acquire::https", "Acquire::Check-", "Acquire::Retries", "Acquire::ForceIPv4")
    lines = [text for text in _output("apt-config", "dump").splitlines() if text.startswith(wanted)]
    return "\n".join(text for text in lines if not text.endswith('"";')) + "\n"


def _output(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    except (OSError, subprocess.SubprocessError):
        return ""
