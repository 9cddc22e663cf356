"""What every resource type has in common: its property table, and live values in the words of the declaration."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from tools.engine.common.values import Props

STACK_LABEL = "pulumi_timescaledb.stack"
"""Label that says whose an object is: one with the same value is adopted, any other of that name is refused."""


@dataclass(frozen=True)
class Property:
    """One input of a resource type.

    Attributes:
        replace: a change makes a new object; otherwise it is changed in place.
        fields: names allowed inside (for objects and lists of objects); empty for plain values.
        integer: the value is a whole number.
        removable: the engine can take a value away from a running object; where it cannot, no longer declaring one
            makes a new object.
    """

    replace: bool = True
    fields: frozenset[str] = frozenset()
    integer: bool = False
    removable: bool = True

    def renews(self, value: Any) -> bool:
        """Whether a change to this value (None: not declared any more) makes a new object."""
        return self.replace or (value is None and not self.removable)


@dataclass(frozen=True)
class Found:
    """An object as the engine shows it, mapped back to the form it is declared in."""

    identifier: str
    inputs: Props
    outputs: Props


class Resource(Protocol):
    """One resource type over one Docker engine."""

    what: str
    properties: ClassVar[Mapping[str, Property]]
    computed: frozenset[str]

    def prepare(self, inputs: Props) -> list[str]:
        """Complete inputs in place during check; returns refusals."""

    def create(self, inputs: Props) -> Found:
        """Make the object, or adopt the one that is ours."""

    def read(self, identifier: str, declared: Props, outputs: Props) -> Found | None:
        """The live object, or None when it is gone."""

    def update(self, identifier: str, declared: Props, old: Props) -> Found:
        """Change the object in place."""

    def delete(self, identifier: str, outputs: Props) -> None:
        """Remove the object; quiet when it is gone."""


Matches = Callable[[Any, Any], bool]


def merge(declared: Any, live: Any, matches: Matches) -> Any:
    """The live value in the words of the declaration.

    Where both mean the same the declared value is returned as written, so that a mere spelling (`2` for `2.0`, another
    order) is no drift.  Lists are compared element by element, regardless of order.

    Args:
        declared: None when not declared.
        live: None when the engine has its default.
        matches: whether a declared (element) means the same as a live (element).
    """
    if isinstance(declared, list) and isinstance(live, list):
        left = list(live)
        kept = []
        for item in declared:
            hit = next((found for found in left if matches(item, found)), None)
            if hit is not None:
                left.remove(hit)
                kept.append(item)
        return kept + left
    if declared is None or live is None:
        return live
    return declared if matches(declared, live) else live


def labels_of(inputs: Mapping[str, Any]) -> dict[str, str]:
    """Declared labels as a dictionary."""
    return {item["label"]: item["value"] for item in inputs.get("labels") or []}


def live_labels(
    declared: Mapping[str, Any], live: Mapping[str, str] | None, given: Mapping[str, str] | None = None
) -> Any:
    """Live labels in declared form, without those the image brings (`given`) unless declared."""
    wanted = labels_of(declared)
    shown = [
        {"label": name, "value": value}
        for name, value in sorted((live or {}).items())
        if name in wanted or (given or {}).get(name) != value
    ]
    merged = merge(declared.get("labels"), shown, lambda one, other: bool(one == other))
    return merged if merged or "labels" in declared else None


def owned(inputs: Mapping[str, Any], live: Mapping[str, str] | None) -> bool:
    """Whether an existing object carries our label with the declared value."""
    mine = labels_of(inputs).get(STACK_LABEL)
    return mine is not None and (live or {}).get(STACK_LABEL) == mine


def somebody_elses(inputs: Mapping[str, Any], live: Mapping[str, str] | None) -> bool:
    """Whether an object carries another stack's label: one that took our name is not ours, whatever we remember."""
    stack = (live or {}).get(STACK_LABEL)
    return stack is not None and stack != labels_of(inputs).get(STACK_LABEL)


def foreign(what: str, name: str) -> str:
    """The refusal of an object that somebody else made."""
    return (
        f"{what} {name!r} exists already and is not this stack's (label {STACK_LABEL} missing or different): "
        f"remove or rename it, or declare another name"
    )
