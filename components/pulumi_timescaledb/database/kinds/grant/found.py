"""Privileges as the access lists of the catalogs hold them, by pair of role and object."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from ... import holding, objects, rights
from ...capabilities import Capabilities
from ...holding import Holding
from ...kind import Cursor, Found, Part
from ...names import BadName
from ...rights import ALL, Target
from .wanted import Grant


class Grants(Mapping[str, Found]):
    """Live privileges by pair. What is held on single objects is listed; a pair of a role and everything of a kind in
    a schema is answered when asked, whether or not something is held there, because it is made of the single ones."""

    def __init__(self, rows: Sequence[Mapping[str, Any]], *, maintain: bool) -> None:
        """rows: of :func:`objects.holders`. maintain: whether this server knows MAINTAIN."""
        self.rows = rows
        self._maintain = maintain

    @cached_property
    def _pairs(self) -> Mapping[str, Found]:
        """Of single objects; only where somebody asks for rights, which hundreds of tables make many of."""
        pairs = {}
        for row in self.rows:
            target = objects.named(row)
            for role in {each[0] for each in row["held"] or ()}:
                found = holding.of(role, target, row["owner"], row["held"])
                pairs[rights.pair(role, target)] = self._found(role, target, [found])
        return pairs

    @cached_property
    def _schemas(self) -> Mapping[tuple[str, str], list[Mapping[str, Any]]]:
        """Rows by schema and bulk kind, for every schema there is."""
        schemas: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
        for row in self.rows:
            if row["kind"] == "schema":
                schemas |= {(row["name"], each): [] for each in rights.EVERYTHING}
        for row in self.rows:
            place = (row["schema"], f"{row['kind']}s")
            if place in schemas and not row["extension"]:
                schemas[place].append(row)
        return schemas

    def __getitem__(self, key: str) -> Found:
        """A live pair."""
        if key in self._pairs:
            return self._pairs[key]
        try:
            role, text = rights.unpair(key)
            target = Target.parse(text)
        except BadName:
            raise KeyError(key) from None
        rows = self._schemas[target.schema, target.kind] if target.bulk else None
        if rows is None:
            raise KeyError(key)
        # an owner holds what is its own without being granted it
        held = [holding.of(role, objects.named(row), row["owner"], row["held"] or ())
                for row in rows if row["owner"] != role]  # fmt: skip
        return self._found(role, target, held)

    def __iter__(self) -> Iterator[str]:
        """Pairs of a role and a single object."""
        return iter(self._pairs)

    def __len__(self) -> int:
        """How many pairs of single objects."""
        return len(self._pairs)

    def _found(self, role: str, target: Target, held: Sequence[Holding]) -> Found:
        everything = rights.expand(target.kind, (ALL,), maintain=self._maintain)
        value = Grant(role, target, holding.shared(held), holding.options(held))
        return Found(value, {"holdings": tuple(held), "all": everything})


def read(cursor: Cursor, capabilities: Capabilities) -> Mapping[str, Found]:
    """Privileges by pair."""
    return Grants(objects.holders(cursor, capabilities), maintain=capabilities.maintain)


def respell(cursor: Cursor, wanted: Grant, found: Found) -> Found:
    """The live set as ALL where it is all that this server has, without what is excluded; a schema that holds nothing
    of the kind is as declared, whatever is declared."""
    del cursor
    held = _included(wanted, found)
    facts = {**found.facts, "holdings": held}
    if not held:
        return Found(wanted, facts)
    live = replace(
        found.value,
        privileges=holding.shared(held),
        grantable=holding.options(held),
        excluding=wanted.excluding,
        migrated=wanted.migrated,
    )
    if wanted.privileges == (ALL,) and live.privileges == found.facts["all"]:
        live = replace(live, privileges=(ALL,))
    return Found(live, facts)


def ours(part: Part, found: Found, made: Container[str]) -> Found | None:
    """What is held because it was granted here, one privilege of one object at a time."""
    if part.value is None:
        return None
    held = []
    for each in _included(part.value, found):
        granted = [name for name in each.privileges if ledger_name(part.value.to, each.target, name) in made]
        if granted:
            held.append(each.only(granted))
    if not held:
        return None
    return Found(replace(found.value, privileges=holding.shared(held)), {**found.facts, "holdings": tuple(held)})


def ledger_name(role: str, target: Target, privilege: str) -> str:
    """How the ledger names a privilege that was granted here."""
    return f"{rights.pair(role, target)}: {privilege}"


def _included(wanted: Grant, found: Found) -> tuple[Holding, ...]:
    return tuple(each for each in found.facts["holdings"] if each.target.name not in wanted.excluding)
