"""What a user declares of a role's privileges on an object."""

from __future__ import annotations

from dataclasses import dataclass

from ...rights import Target


@dataclass(frozen=True)
class Grant:
    """to: a role, "public" for everybody. privileges: the whole set of this pair, sorted, or ALL alone; a live one may
    say on how many objects of a schema it is held. grantable: with grant option; live, the privileges that are where
    only some are. excluding: names of a schema's objects that other declarations are about. migrated: of which
    migrations the objects are that a schema holds; it compares as it is declared."""

    to: str
    target: Target
    privileges: tuple[str, ...]
    grantable: bool | tuple[str, ...] = False
    excluding: tuple[str, ...] = ()
    migrated: str | None = None
