"""What a user declares of migrations: a folder, and in it the files with their checksums."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from ....errors import Refusal


class BadMigrations(Refusal):
    """The folder of migrations cannot be used."""


@dataclass(frozen=True)
class Migrations:
    """directory: relative to the program's folder. files: (name, SHA-256 of the content) in order of name."""

    directory: str
    files: tuple[tuple[str, str], ...]


def checksums(directory: str) -> dict[str, str]:
    """The ``*.sql`` files of a folder with their checksums; line ends are counted as LF, so a checkout on another
    system gives the same. Raises :class:`BadMigrations` for a missing or empty folder."""
    folder = Path(directory)
    if not folder.is_dir():
        raise BadMigrations(f"migrations: the folder {directory} does not exist; create it beside the program")
    files = sorted(folder.glob("*.sql"))
    if not files:
        raise BadMigrations(f"migrations: the folder {directory} holds no *.sql file; add the first one")
    return {file.name: hashlib.sha256(content(file)).hexdigest() for file in files}


def content(file: Path) -> bytes:
    """The bytes that are hashed and run."""
    return file.read_bytes().replace(b"\r\n", b"\n")
