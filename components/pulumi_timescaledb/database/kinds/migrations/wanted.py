"""What a user declares of migrations: a folder, and in it the files with their checksums.

Numbered files run once, in order of name. Repeatable ones (``R__*.sql`` or in ``repeatable/``) run after them, again
whenever they change. ``001_x.down.sql`` undoes ``001_x.sql``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ....errors import Refusal

COMPLETE, AGAIN = "complete", "again"
_DOWN, _REPEATABLE = ".down.sql", "repeatable/"


class BadMigrations(Refusal):
    """The folder of migrations cannot be used."""


@dataclass(frozen=True)
class Migrations:
    """directory: relative to the program's folder. files: (name, SHA-256 of the content) in order of name. owner: the
    role that files run as from now on, and that what they make belongs to; None for the connection's own. baseline: the
    first file, where it counts as applied in a database that has its tables. makes: those tables. version: the last
    numbered file that is to be applied, None for all. half_run: (name, "complete" or "again") for files that were
    interrupted outside of a transaction."""

    directory: str
    files: tuple[tuple[str, str], ...]
    owner: str | None = None
    baseline: str | None = None
    makes: tuple[str, ...] = ()
    version: str | None = None
    half_run: tuple[tuple[str, str], ...] = ()

    @property
    def numbered(self) -> list[str]:
        """The files that run once, in order."""
        return [name for name, _ in self.files if is_numbered(name)]

    @property
    def last(self) -> str | None:
        """The numbered file that ``version`` names; None where all are wanted."""
        if self.version is None:
            return None
        matching = [name for name in self.numbered if self.version in (version_of(name), name)]
        if len(matching) != 1:
            known = ", ".join(dict.fromkeys(map(version_of, self.numbered)))
            raise BadMigrations(f"migrations {self.directory}: version names no single file; write one of {known}")
        return matching[0]

    def beyond(self, name: str) -> bool:
        """Whether a numbered file lies after the version that is wanted."""
        return self.last is not None and name > self.last


def is_down(name: str) -> bool:
    """Whether a file undoes another."""
    return name.endswith(_DOWN)


def is_repeatable(name: str) -> bool:
    """Whether a file runs again when it changes."""
    return name.startswith(("R__", _REPEATABLE)) and not is_down(name)


def is_numbered(name: str) -> bool:
    """Whether a file runs once."""
    return not is_down(name) and not is_repeatable(name)


def down_of(name: str) -> str:
    """The file that undoes a numbered one."""
    return name.removesuffix(".sql") + _DOWN


def version_of(name: str) -> str:
    """What stands before the first underscore: "002" of "002_views.sql"."""
    return name.removesuffix(".sql").partition("_")[0]


def checksums(directory: str) -> dict[str, str]:
    """The ``*.sql`` files of a folder and of ``repeatable/`` in it with their checksums; line ends are counted as LF,
    so a checkout on another system gives the same. Raises :class:`BadMigrations` for a missing or empty folder, and
    for a file that undoes none."""
    folder = Path(directory)
    if not folder.is_dir():
        raise BadMigrations(f"migrations: the folder {directory} does not exist; create it beside the program")
    files = [*sorted(folder.glob("*.sql")), *sorted((folder / _REPEATABLE).glob("*.sql"))]
    if not files:
        raise BadMigrations(f"migrations: the folder {directory} holds no *.sql file; add the first one")
    found = {file.relative_to(folder).as_posix(): hashlib.sha256(content(file)).hexdigest() for file in files}
    _refuse_lonely(directory, found)
    return found


def _refuse_lonely(directory: str, names: Iterable[str]) -> None:
    for name in names:
        undone = name.removesuffix(_DOWN) + ".sql"
        if is_down(name) and (undone not in names or not is_numbered(undone)):
            raise BadMigrations(
                f"migrations: {directory}/{name} undoes no numbered file; name it after the one it does"
            )


def content(file: Path) -> bytes:
    """The bytes that are hashed and run."""
    return file.read_bytes().replace(b"\r\n", b"\n")
