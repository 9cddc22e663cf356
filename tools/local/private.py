"""The files of `.local/`: password, pgpass, passphrase; 0600 from their first byte, written whole or not at all."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

from tools.local import places


def write(path: Path, text: str, mode: int = 0o600) -> None:
    """Write a file so that a reader sees the old content or the new one, never a part."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    number, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(number, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), mode)
        os.replace(draft, path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def secret(name: str) -> str:
    """The secret in `.local/<name>`, drawn at the first call: 43 characters from [A-Za-z0-9_-], 256 bits."""
    path = places.LOCAL / name
    try:
        found = path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        found = ""
    if not found:
        found = secrets.token_urlsafe(32)
        write(path, found + "\n")
    return found


def prepare() -> None:
    """Make `.local/` with its secrets and the folders of Pulumi's file backend and home."""
    places.LOCAL.mkdir(mode=0o700, exist_ok=True)
    for name in ("password", "passphrase"):
        secret(name)
    for name in ("state", "pulumi_home"):
        (places.LOCAL / name).mkdir(mode=0o700, exist_ok=True)


def write_pgpass(port: int, user: str) -> None:
    """Let psql and libpq find the password: host:port:database:user:password (PostgreSQL manual, 32.16)."""
    write(places.LOCAL / "pgpass", f"127.0.0.1:{port}:*:{user}:{secret('password')}\n")
