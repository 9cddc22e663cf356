"""What a rule may look at: the declarations, and the database as it was found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ....units import Interval
from ...capabilities import Capabilities
from ...declared.composition import Declared
from ...kind import Change
from ...rights import PUBLIC
from ...snapshot import Snapshot
from ..key_limits import KeyLimits


@dataclass(frozen=True)
class Said:
    """What the server has against a wanted text. kind: of the part it belongs to."""

    kind: str
    sentence: str


@dataclass(frozen=True)
class Context:
    """objects: all declarations. changes: what differs, by object name. fallback: the Apache fallback is on. said:
    what the server has against new and changed texts. limits: what retention per key found in its tables, by name."""

    objects: Sequence[Declared]
    snapshot: Snapshot
    changes: Sequence[Change]
    fallback: bool
    said: Sequence[Said] = field(default_factory=tuple)
    limits: Mapping[str, KeyLimits] = field(default_factory=dict)

    @property
    def can(self) -> Capabilities:
        """What the server can do."""
        return self.snapshot.capabilities

    def declared(self, kind: str) -> Iterator[Declared]:
        """Declarations of a kind that are wanted (not declared absent)."""
        return (each for each in self.objects if each.kind == kind and each.parts[0].value is not None)

    def pending_migrations(self) -> bool:
        """Whether migrations are declared that have not all run, so tables may still come."""
        own = any(change.kind == "migrations" and change.action == "create" for change in self.changes)
        return own or any(change.kind == "migrate_command" for change in self.changes)

    def dropped(self, kind: str, key: str) -> bool:
        """Whether it is declared absent."""
        return any(each.kind == kind and each.key == key and each.parts[0].value is None for each in self.objects)

    def lacks_role(self, name: str) -> str:
        """Why a role will not be there ("is declared absent", "does not exist"); empty when it will."""
        if self.dropped("role", name):
            return "is declared absent"
        declared = any(each.key == name for each in self.declared("role"))
        server_made = name == PUBLIC or name.startswith("pg_")
        return "" if declared or server_made or self.snapshot.get("role", name) else "does not exist"

    def acts_for(self, name: str, fact: str) -> bool:
        """Whether the connection's role will have the rights of another one (fact "acts") or may SET ROLE to it (fact
        "may_set"): now, or by a membership that is declared."""
        found = self.snapshot.get("role", name)
        if self.can.superuser or name == self.can.role or (found is not None and found.facts.get(fact)):
            return True
        own = next((each.parts[0].value for each in self.declared("role") if each.key == self.can.role), None)
        for each in (own.member_of if own else None) or ():
            if each.role == name:
                return (each.inherit if fact == "acts" else each.set) is not False
        return False

    def changed(self, kind: str, key: str) -> bool:
        """Whether something is to be done about it."""
        return any(each.kind == kind and each.object == key for each in self.changes)

    def secured(self, key: str) -> bool:
        """Whether a table will have row security in force."""
        for each in self.objects:
            if each.kind == "row_level_security" and each.key == key:
                return each.parts[0].value is not None and bool(each.parts[0].value.enabled)
        return self.secured_now(key)

    def secured_now(self, key: str) -> bool:
        """Whether a table has row security in force before anything is written."""
        table = self.snapshot.tables.get(key)
        return table is not None and table.row_security

    def forced(self, key: str) -> bool:
        """Whether row security of a table will bind its owner too."""
        wanted = self.value("row_security", key)
        if wanted is not None and wanted.forced is None:
            found = self.snapshot.get("row_security", key)
            return found is not None and bool(found.value.forced)
        return wanted is not None and bool(wanted.forced)

    def value(self, kind: str, key: str) -> Any:
        """What will be there: the declared value where it is managed, else the live one, else None."""
        for each in self.objects:
            for part in each.parts:
                if part.kind == kind and part.key == key:
                    return part.value
        found = self.snapshot.get(kind, key)
        return None if found is None else found.value

    def chunk_interval(self, key: str) -> Interval | int | None:
        """How long the chunks of a hypertable span, a number where its time is one: declared, else live."""
        declared, found = self.value("hypertable", key), self.snapshot.get("hypertable", key)
        interval = declared.chunk_interval if declared is not None else None
        if interval is None and found is not None:
            interval = found.value.chunk_interval
        return interval if isinstance(interval, (Interval, int)) else None
