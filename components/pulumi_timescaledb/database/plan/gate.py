"""The gate before anything is lost or shown: such a change passes only with an acknowledgement that names it.

The code covers the server's identity, the kind, the object, the old and the new value, and how often the object was
acknowledged before, so a line in the stack's configuration works once and is inert afterwards. Row counts are not
part of it, because they move while somebody reads the preview.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ..capabilities import Capabilities
from ..kind import Change, ChangeClass, text

WORDS = {ChangeClass.DESTROYS: "destroy", ChangeClass.REBUILD: "rebuild", ChangeClass.EXPOSES: "open"}


@dataclass(frozen=True)
class Demand:
    """One acknowledgement that is needed: its name ("destroy:public.t"), its code, and for which changes, or why."""

    name: str
    code: str
    changes: tuple[Change, ...] = ()
    reason: str = ""

    @property
    def what(self) -> str:
        """What would be lost, or why something has to be said."""
        return self.reason or "; ".join(_what(change) for change in self.changes)

    @property
    def line(self) -> str:
        """The line to type if it is meant."""
        # within a path of the engine's configuration, and that within single quotes of a shell
        name = self.name.replace("\\", "\\\\").replace('"', '\\"').replace("'", "'\\''")
        return f"pulumi config set --path 'timescaledb:acknowledge[\"{name}\"]' {self.code}"

    @property
    def sentence(self) -> str:
        """What would be lost and the line to type."""
        return f"{self.what}; to go ahead type: {self.line}"


def demands(name: str, changes: Iterable[Change], can: Capabilities, uses: Mapping[str, int]) -> list[Demand]:
    """The acknowledgements that an object's changes need, one a change class; name is the declared object's, such as
    ``hypertable:public.t``."""
    key = name.partition(":")[2]
    grouped: dict[ChangeClass, list[Change]] = {}
    for change in changes:
        if change.change_class in WORDS:
            grouped.setdefault(change.change_class, []).append(change)
    return [
        Demand(f"{WORDS[cost]}:{key}", _code(name, each, can, uses.get(name, 0)), tuple(each))
        for cost, each in grouped.items()
    ]


def ownership(name: str, owner: str, stack: str, can: Capabilities) -> Demand:
    """The acknowledgement that an object of another stack is taken over; name is the declared object's."""
    digest = hashlib.sha256("\x1f".join((can.system_identifier, can.database, name, owner, stack)).encode())
    reason = f"{name} is managed by the stack {owner}, and two stacks would undo each other: take it out of one of them"
    return Demand(f"take:{name.partition(':')[2]}", f"k{digest.hexdigest()[:6]}", reason=reason)


def identity(database: str, recorded: str, live: str) -> Demand:
    """The acknowledgement that another server than the recorded one is meant at the same address."""
    digest = hashlib.sha256("\x1f".join(("identity", database, recorded, live)).encode()).hexdigest()
    return Demand(f"identity:{database}", f"k{digest[:6]}")


def missing(needed: Iterable[Demand], given: Mapping[str, str]) -> list[Demand]:
    """Those that were not given with the right code; several objects of one name share a line with all their codes."""
    return [each for each in needed if each.code not in str(given.get(each.name, "")).split(",")]


def asked(needed: Sequence[Demand], given: Mapping[str, str]) -> list[str]:
    """What is refused for want of a word, with lines that hold the codes of every object of the name."""
    lacking = missing(needed, given)
    codes = {each.name: ",".join(dict.fromkeys(o.code for o in needed if o.name == each.name)) for each in lacking}
    return [replace(each, code=codes[each.name]).sentence for each in lacking]


def _code(name: str, changes: list[Change], can: Capabilities, uses: int) -> str:
    rows = sorted(f"{c.kind}|{c.object}|{c.action}|{c.field}|{text(c.old)}|{text(c.new)}" for c in changes)
    digest = hashlib.sha256("\x1f".join([can.system_identifier, can.database, name, str(uses), *rows]).encode())
    return f"k{digest.hexdigest()[:6]}"  # starts with a letter: all digits would arrive as a number


def _what(change: Change) -> str:
    field = f" {change.field}" if change.field else ""
    ends = f"{change.kind} of {change.object}:{field} from {text(change.old)} to {text(change.new)}"
    if change.change_class is ChangeClass.EXPOSES:
        return f"{ends} may open rows to somebody who cannot reach them now"
    words = "would destroy" if change.change_class is ChangeClass.DESTROYS else "would rebuild"
    note = f" ({change.note})" if change.change_class is ChangeClass.REBUILD and change.note else ""
    return f"{ends} {words} {change.loss or 'data'}{note}"
