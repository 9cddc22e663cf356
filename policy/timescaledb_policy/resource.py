"""A resource as a rule sees it: plain values, and one sentinel for what a preview does not know yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

IDENTITY_TAG = "timescaledb-database"
"""The tag by which a host finds its data volume."""


class Unknown:
    """A value that is known only once something else has been made."""

    def __repr__(self) -> str:
        """Its one spelling."""
        return "UNKNOWN"


UNKNOWN: Final = Unknown()
"""What a rule says nothing about in a preview; the update, which knows it, asks the rule again."""


@dataclass(frozen=True)
class Resource:
    """One resource of a stack.

    Attributes:
        type: its token, such as ``aws:ebs/volume:Volume``.
        name: in the program.
        urn: of the resource; it also names the types of its parents.
        props: inputs, or for a rule over the whole stack what the engine knows at the end.
        protect: whether the engine refuses to delete it.
        provider: properties of its provider, such as ``region``.
        needs: URNs of the resources that its properties come from; known to rules over the whole stack alone.
    """

    type: str
    name: str
    urn: str = ""
    props: Mapping[str, Any] = field(default_factory=dict)
    protect: bool = False
    provider: Mapping[str, Any] = field(default_factory=dict)
    needs: frozenset[str] = frozenset()

    def within(self, component: str) -> bool:
        """Whether a component of this type is among the parents."""
        return component in _types(self.urn)[:-1]

    def needs_a(self, *types: str) -> bool:
        """Whether its properties come from a resource of one of these types."""
        return any(token in types for urn in self.needs for token in _types(urn)[-1:])

    def of(self, *path: str) -> Any:
        """The value at a path; None where there is none, UNKNOWN where it or what holds it is not known."""
        return inside(self.props, *path)


def _types(urn: str) -> list[str]:
    """The types of a resource's parents, and its own as the last."""
    return urn.split("::")[2].split("$") if urn.count("::") >= 3 else []


def inside(value: Any, *path: str) -> Any:
    """The value at a path of a block; None where there is none, UNKNOWN where it or what holds it is not known."""
    for key in path:
        if value is UNKNOWN:
            return UNKNOWN
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def entries(value: Any) -> Sequence[Any]:
    """The entries of a list, known or not; none where there is no list, UNKNOWN alone for one that is not known."""
    if value is UNKNOWN:
        return [UNKNOWN]
    return value if isinstance(value, (list, tuple)) else []


def items(value: Any) -> Sequence[Mapping[str, Any]]:
    """The blocks of a list that are known; an empty sequence for none or one that is not known."""
    return [each for each in entries(value) if isinstance(each, Mapping)]


def true(value: Any) -> bool:
    """Whether a flag is set, also where a provider wants it as text; what is not known counts as set."""
    return value is UNKNOWN or value is True or str(value).lower() == "true"


def walk(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every plain value inside, with its path."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from walk(item, (*path, str(key)))
    elif isinstance(value, (list, tuple)):
        for position, item in enumerate(value):
            yield from walk(item, (*path, str(position)))
    else:
        yield path, value
