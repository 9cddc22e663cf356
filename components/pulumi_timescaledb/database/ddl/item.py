"""The nouns of this room: an object with the statements that make it, one that is left out, and who is asking."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..names import NO_CHUNK, RESERVED_SCHEMAS

LATER = "it is made after the migrations"
Key = tuple[str, int]
"""The catalog ("pg_class") and the object's id in it."""


@dataclass(frozen=True)
class Item:
    """key: what it is to the catalog. name: "table public.users", for people and for a stable order. text: its
    statements, each ending in a semicolon."""

    key: Key
    name: str
    text: str


@dataclass(frozen=True)
class Left:
    """Something that is there and that this text, or a program, does not make: what it is, and why."""

    name: str
    reason: str


@dataclass(frozen=True)
class Scope:
    """What is written for whom.

    role: who will run the text, so that it need not be given what it makes. roles: others that will be there by then.
    The rest is made by something else and not written: of hypertables the plain table still is. later: aggregates and
    views that are made afterwards, with what they are. schemas: made before. secured, policies: tables by whether
    their row security, and the policies of it, are. grants, defaults: rights and default rights, by their keys.
    """

    role: str
    roles: frozenset[str]
    hypertables: frozenset[str] = frozenset()
    later: Mapping[str, str] = field(default_factory=dict)
    schemas: frozenset[str] = frozenset()
    secured: frozenset[str] = frozenset()
    policies: frozenset[str] = frozenset()
    grants: frozenset[str] = frozenset()
    defaults: frozenset[str] = frozenset()

    def knows(self, role: str) -> bool:
        """Whether a role will be there when the text runs; PUBLIC and PostgreSQL's own always are."""
        return role in (self.role, "PUBLIC") or role in self.roles or role.startswith("pg_")


# what belongs to the user: not to PostgreSQL, TimescaleDB, this library's ledger
_SCHEMAS = f"n.nspname !~ '{RESERVED_SCHEMAS}'"
# not part of an extension, whose script makes it, nor of another object, as the functions of a range are; {o} is the
# object's id, {catalog} where it stands. A partitioned table is an internal part of itself, by its key.
_OWN = (
    "NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = '{catalog}'::regclass AND e.objid = {o} "
    "AND e.deptype IN ('e', 'i') AND e.refobjid <> e.objid)"
)


def own(query: str) -> str:
    """A query whose ``{pg_class:c}`` become the condition that the object is the user's own; n is its pg_namespace."""
    return re.sub(r"\{(pg_\w+):(\w+)\}", lambda match: _users(match[1], match[2]), query)


def _users(catalog: str, alias: str) -> str:
    conditions = [_SCHEMAS, _OWN.format(catalog=catalog, o=f"{alias}.oid")]
    conditions += [NO_CHUNK.format(c=alias)] if catalog == "pg_class" else []
    return " AND ".join(conditions)


def lines(statements: Iterable[str]) -> str:
    """Statements, each on its own lines with its semicolon."""
    return "".join(f"{each};\n" for each in statements)
