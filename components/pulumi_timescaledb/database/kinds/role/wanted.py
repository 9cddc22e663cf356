"""What a user declares of a role."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Role:
    """Every field None is not managed. login, createdb, createrole, inherit: attributes. connection_limit: -1 for
    none. member_of: the whole set of roles it belongs to. password_ref: see :mod:`...secret`."""

    login: bool | None = None
    createdb: bool | None = None
    createrole: bool | None = None
    inherit: bool | None = None
    connection_limit: int | None = None
    member_of: tuple[str, ...] | None = None
    password_ref: str | None = None
