"""What a rule may look at: the declarations, and the database as it was found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ...capabilities import Capabilities
from ...declared.composition import Declared
from ...kind import Change
from ...snapshot import Snapshot


@dataclass(frozen=True)
class Context:
    """objects: all declarations. changes: what differs, by object name. fallback: the Apache fallback is on."""

    objects: Sequence[Declared]
    snapshot: Snapshot
    changes: Sequence[Change]
    fallback: bool

    @property
    def can(self) -> Capabilities:
        """What the server can do."""
        return self.snapshot.capabilities

    def declared(self, kind: str) -> Iterator[Declared]:
        """Declarations of a kind that are wanted (not declared absent)."""
        return (each for each in self.objects if each.kind == kind and each.parts[0].value is not None)

    def pending_migrations(self) -> bool:
        """Whether migrations are declared that have not all run, so tables may still come."""
        return any(change.kind == "migrations" and change.action == "create" for change in self.changes)

    def value(self, kind: str, key: str) -> Any:
        """What will be there: the declared value where it is managed, else the live one, else None."""
        for each in self.objects:
            for part in each.parts:
                if part.kind == kind and part.key == key:
                    return part.value
        found = self.snapshot.get(kind, key)
        return None if found is None else found.value
