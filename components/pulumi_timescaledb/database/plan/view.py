"""Declarations set against one database: parsed, translated for its edition, looked up, compared.

This is where the pure parts meet a :class:`..snapshot.Reader`; everything below it is values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..declared import COMPOSITIONS, Declared, read
from ..kind import Change, Found, Part
from ..kinds import KINDS
from ..snapshot import Reader, Snapshot
from .editions import Edition, edition


def parse(declarations: Sequence[Mapping[str, Any]]) -> list[Declared]:
    """Every declaration parsed; the first wrong argument raises its refusal."""
    return [read(each) for each in declarations]


def normal(declared: Declared) -> dict[str, Any]:
    """A declaration in its one spelling: what is stored in state and compared with the live form."""
    values = {(part.kind, part.key): part.value for part in declared.parts}
    shown = COMPOSITIONS[declared.kind].render(declared, lambda kind, key: values.get((kind, key)))
    return shown if shown is not None else {}


@dataclass(frozen=True)
class View:
    """Declarations seen against a database as it is."""

    reader: Reader
    snapshot: Snapshot
    edition: Edition

    @classmethod
    def of(cls, reader: Reader, apache_fallback: bool) -> View:
        """Look, or use the look that is still fresh."""
        snapshot = reader.snapshot()
        return cls(reader, snapshot, edition(snapshot.capabilities, apache_fallback))

    def live(self, declared: Declared) -> dict[str, Any] | None:
        """The declaration with live values, None when the object is not there."""
        parts = {(part.kind, part.key): part for part in declared.parts}

        def lookup(kind: str, key: str) -> Any:
            found = self.found(parts[kind, key], declared)
            return None if found is None else found.value

        return COMPOSITIONS[declared.kind].render(declared, lookup)

    def found(self, part: Part, declared: Declared) -> Found | None:
        """The live object of a declared part."""
        return self.edition.found(part, declared, self.reader.found)

    def changes(self, declared: Declared) -> list[Change]:
        """What differs, in declared terms: what a preview prints and the gate judges."""
        changes: list[Change] = []
        for part in declared.parts:
            changes += KINDS[part.kind].compare(part.key, part.value, self.found(part, declared))
        return changes

    def work(self, declared: Declared) -> list[tuple[Part, Change]]:
        """What is to be done, on the parts really made on this edition."""
        return [
            (part, change)
            for part in self.edition.parts(declared)
            for change in KINDS[part.kind].compare(part.key, part.value, self.reader.found(part))
        ]
