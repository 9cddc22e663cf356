"""A part of a look at a database that is read when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from .kind import Cursor

K = TypeVar("K")
V = TypeVar("V")


class Later(Mapping[K, V]):
    """Rows that are read when they are first asked for; reading raises what it raises."""

    def __init__(self, read: Callable[[], Mapping[K, V]]) -> None:
        """Reads nothing yet."""
        self._read = read
        self._rows: Mapping[K, V] | None = None

    def whole(self) -> Mapping[K, V]:
        """All of them."""
        if self._rows is None:
            self._rows = self._read()
        return self._rows

    def __getitem__(self, key: K) -> V:
        """One of them."""
        return self.whole()[key]

    def __iter__(self) -> Iterator[K]:
        """Their keys."""
        return iter(self.whole())

    def __len__(self) -> int:
        """How many they are."""
        return len(self.whole())


Putting = Callable[[Callable[[Cursor], Mapping[Any, Any]]], Mapping[Any, Any]]
"""Reads, or puts the reading off."""


def whole(rows: Mapping[K, V]) -> Mapping[K, V]:
    """What was or is to be read, in its own form."""
    return rows.whole() if isinstance(rows, Later) else rows
