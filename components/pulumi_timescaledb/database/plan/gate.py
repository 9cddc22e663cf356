"""The gate before anything is lost: a destroying change passes only with an acknowledgement that names it.

The code covers the server's identity, the kind, the object, the old and the new value, and how often the object was
acknowledged before, so a line in the stack's configuration works once and is inert afterwards. Row counts are not
part of it, because they move while somebody reads the preview.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..capabilities import Capabilities
from ..kind import Change, ChangeClass, text

WORDS = {ChangeClass.DESTROYS: "destroy", ChangeClass.REBUILD: "rebuild"}


@dataclass(frozen=True)
class Demand:
    """One acknowledgement that is needed: its name ("destroy:public.t"), its code, and for which changes."""

    name: str
    code: str
    changes: tuple[Change, ...]

    @property
    def sentence(self) -> str:
        """What would be lost and the line to type."""
        what = "; ".join(_what(change) for change in self.changes)
        return f"{what}; to go ahead type: {line(self)}"


def demands(owner: str, changes: Iterable[Change], can: Capabilities, uses: Mapping[str, int]) -> list[Demand]:
    """The acknowledgements that an object's changes need, one a change class; owner is the declared object."""
    grouped: dict[ChangeClass, list[Change]] = {}
    for change in changes:
        if change.change_class in WORDS:
            grouped.setdefault(change.change_class, []).append(change)
    return [
        Demand(f"{WORDS[name]}:{owner}", _code(owner, each, can, uses.get(owner, 0)), tuple(each))
        for name, each in grouped.items()
    ]


def ownership(name: str, owner: str, stack: str, can: Capabilities) -> Demand:
    """The acknowledgement that an object of another stack is taken over; name is the declared object's."""
    digest = hashlib.sha256("\x1f".join((can.system_identifier, can.database, name, owner, stack)).encode())
    return Demand(f"take:{name.partition(':')[2]}", f"k{digest.hexdigest()[:6]}", ())


def line(demand: Demand) -> str:
    """What a person types to acknowledge."""
    return f"pulumi config set --path 'timescaledb:acknowledge[\"{demand.name}\"]' {demand.code}"


def identity(database: str, recorded: str, live: str) -> Demand:
    """The acknowledgement that another server than the recorded one is meant at the same address."""
    digest = hashlib.sha256("\x1f".join(("identity", database, recorded, live)).encode()).hexdigest()
    return Demand(f"identity:{database}", f"k{digest[:6]}", ())


def missing(needed: Iterable[Demand], given: Mapping[str, str]) -> list[Demand]:
    """Those that were not given with the right code."""
    return [each for each in needed if str(given.get(each.name, "")) != each.code]


def _code(owner: str, changes: list[Change], can: Capabilities, uses: int) -> str:
    rows = sorted(f"{c.kind}|{c.object}|{c.action}|{c.field}|{text(c.old)}|{text(c.new)}" for c in changes)
    digest = hashlib.sha256("\x1f".join([can.system_identifier, can.database, owner, str(uses), *rows]).encode())
    return f"k{digest.hexdigest()[:6]}"  # starts with a letter: all digits would arrive as a number


def _what(change: Change) -> str:
    words = "would destroy" if change.change_class is ChangeClass.DESTROYS else "would rebuild"
    field = f" {change.field}" if change.field else ""
    return (
        f"{change.kind} of {change.object}:{field} from {text(change.old)} to {text(change.new)} {words} "
        f"{change.loss or 'data'}"
    )
