"""What one role holds on one object: its privileges, who gave them, and who has them from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .rights import Target


@dataclass(frozen=True)
class Holding:
    """privileges: each with the roles that granted it. grantable: those held with grant option. passed: privileges
    that this role granted on, with the roles that have them from it. owner: of the object."""

    target: Target
    owner: str
    privileges: Mapping[str, tuple[str, ...]]
    grantable: frozenset[str]
    passed: Mapping[str, tuple[str, ...]]

    def only(self, privileges: Iterable[str]) -> Holding:
        """The same with these of its privileges."""
        kept = {name: self.privileges[name] for name in privileges if name in self.privileges}
        return Holding(self.target, self.owner, kept, self.grantable & set(kept), self.passed)


def of(role: str, target: Target, owner: str, acl: Iterable[Sequence[Any]]) -> Holding:
    """Read from rows of grantee, grantor, privilege, with grant option."""
    privileges: dict[str, tuple[str, ...]] = {}
    passed: dict[str, tuple[str, ...]] = {}
    grantable = set()
    for grantee, grantor, privilege, option in acl:
        if grantee == role:
            privileges[privilege] = (*privileges.get(privilege, ()), grantor)
            if option:
                grantable.add(privilege)
        elif grantor == role and role != owner:
            passed[privilege] = (*passed.get(privilege, ()), grantee)
    return Holding(target, owner, privileges, frozenset(grantable), passed)


def shared(holdings: Sequence[Holding]) -> tuple[str, ...]:
    """What is held on all of them; a privilege that is not on every one says on how many."""
    counts = {name: sum(name in each.privileges for each in holdings) for each in holdings for name in each.privileges}
    total = len(holdings)
    return tuple(name if counts[name] == total else f"{name} on {counts[name]} of {total}" for name in sorted(counts))


def options(holdings: Sequence[Holding]) -> bool | tuple[str, ...]:
    """Whether everything is held with grant option, or which privileges are where only some are."""
    held = [(name, name in each.grantable) for each in holdings for name in each.privileges]
    if all(option for _, option in held):
        return bool(held)
    return tuple(sorted({name for name, option in held if option})) or False
