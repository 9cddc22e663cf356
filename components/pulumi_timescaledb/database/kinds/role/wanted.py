"""What a user declares of a role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

FOREVER = "infinity"


class Membership(NamedTuple):
    """Belonging to another role. admin: may give the membership on. inherit: has its privileges without SET ROLE. set:
    may SET ROLE to it. None for inherit and set is not managed; servers before PostgreSQL 16 have neither."""

    role: str
    admin: bool = False
    inherit: bool | None = None
    set: bool | None = None

    def __str__(self) -> str:
        """The role, and the options that are not the usual ones."""
        options = {"admin": self.admin or None, "inherit": self.inherit, "set": self.set}
        said = [name if value else f"no {name}" for name, value in options.items() if value is not None]
        return f"{self.role} with {', '.join(said)}" if said else self.role


class Setting(NamedTuple):
    """A parameter that a session of this role starts with."""

    name: str
    value: str

    def __str__(self) -> str:
        """name = value."""
        return f"{self.name} = {self.value}"


@dataclass(frozen=True)
class Role:
    """Every field None is not managed. login, createdb, createrole, inherit, superuser, replication, bypassrls:
    attributes. connection_limit: -1 for none. member_of: the whole set of roles it belongs to. password_ref: see
    :mod:`...secret`. valid_until: until when its password works, in UTC as the server prints it, "infinity" for ever.
    settings: the whole set of its parameters in this database, sorted by name."""

    login: bool | None = None
    createdb: bool | None = None
    createrole: bool | None = None
    inherit: bool | None = None
    connection_limit: int | None = None
    member_of: tuple[Membership, ...] | None = None
    password_ref: str | None = None
    superuser: bool | None = None
    replication: bool | None = None
    bypassrls: bool | None = None
    valid_until: str | None = None
    settings: tuple[Setting, ...] | None = None
