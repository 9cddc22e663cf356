"""Where things live: the checkout, its git-ignored `.local/`, and the user's cache folder shared by all checkouts."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCAL = ROOT / ".local"
VENV = ROOT / ".venv"
STACK = "local"


def cache() -> Path:
    """Folder for what is dear to make and safe to keep: the engine, Docker's data, images.

    It follows XDG_CACHE_HOME like other programs do, and is created on first use.
    """
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    folder = Path(base).expanduser() / "pulumi_timescaledb"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def short_hash(text: str, length: int = 6) -> str:
    """First characters of a SHA-256, enough to keep two checkouts on one machine apart."""
    return hashlib.sha256(text.encode()).hexdigest()[:length]
