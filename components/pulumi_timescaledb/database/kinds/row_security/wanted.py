"""What a user declares of row-level security (PostgreSQL manual: Row Security Policies, CREATE POLICY)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

EVERYBODY = ("public",)
COMMANDS = ("ALL", "SELECT", "INSERT", "UPDATE", "DELETE")


class Policy(NamedTuple):
    """One policy. roles: whom it is for, sorted. using: which rows may be read or touched. check: which rows may be
    written, None for the same as using. permissive: adds rows, where a restrictive one takes rows away."""

    name: str
    command: str = "ALL"
    roles: tuple[str, ...] = EVERYBODY
    using: str | None = None
    check: str | None = None
    permissive: bool = True

    def __str__(self) -> str:
        """As CREATE POLICY spells it, without the name."""
        using = "" if self.using is None else f" using ({self.using})"
        check = "" if self.check is None else f" check ({self.check})"
        return f"{'' if self.permissive else 'restrictive '}{self.command} to {', '.join(self.roles)}{using}{check}"


@dataclass(frozen=True)
class RowSecurity:
    """enabled: whether policies bind anybody. forced: whether they bind the table's owner too, None when not managed.
    policies: the whole set by name, None when not managed."""

    enabled: bool = True
    forced: bool | None = None
    policies: tuple[Policy, ...] | None = None

    def __post_init__(self) -> None:
        """Order does not matter: compare sorted."""
        if self.policies is not None:
            object.__setattr__(self, "policies", tuple(sorted(self.policies)))

    def __str__(self) -> str:
        """For a preview: the switches and the names of the policies."""
        words = ["enabled" if self.enabled else "disabled", *(["forced"] if self.forced else [])]
        names = ", ".join(each.name for each in self.policies or ())
        return ", ".join(words) + (f", policies {names}" if names else "")


NOTHING = RowSecurity(False, False, ())
"""What a table has that was never touched: it is not listed among those that have row security."""
