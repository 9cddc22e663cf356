"""One server setting with its reasons, so that what a server runs with can be explained line by line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

MANUAL = "https://www.postgresql.org/docs/current/"
TUNE = "timescaledb-tune 0.19.0, pkg/pgtune/"


@dataclass(frozen=True)
class Setting:
    """A PostgreSQL setting that this library passes to the server.

    Attributes:
        name: as PostgreSQL spells it.
        value: as written after ``-c name=``.
        why: one sentence for the person who wonders.
        takes: ``reload`` or ``restart``: what PostgreSQL itself needs before a changed value counts.
        source: the manual page, or the file of timescaledb-tune that holds the formula.
    """

    name: str
    value: str
    why: str
    takes: Literal["reload", "restart"]
    source: str


def by_name(settings: Iterable[Setting]) -> dict[str, Setting]:
    """The settings keyed by name; a later one replaces an earlier one of the same name."""
    return {setting.name: setting for setting in settings}
