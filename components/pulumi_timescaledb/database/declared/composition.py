"""The shape of a declaration: how it is parsed, which parts it has, and how live values are printed in its form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..arguments import Arguments
from ..kind import Part

Lookup = Callable[[str, str], Any]
"""Gives the value of a part by kind and key, or None when there is none."""


@dataclass(frozen=True)
class Declared:
    """A parsed declaration.

    key: the object's name, such as public.check_history. parts: the first is the object itself; a declaration with
    ``absent`` has only that one, with the value None. needs: (kind, key) of declarations that must come first where
    they are declared, an empty key meaning every one of that kind. source: what an aggregate reads. absent: it must
    not be there, so what leans on it goes first. target: what a grant is on, or the schema of default privileges.
    """

    kind: str
    key: str
    parts: tuple[Part, ...] = ()
    needs: tuple[tuple[str, str], ...] = ()
    source: str = ""
    absent: bool = False
    target: str = ""

    def of(self, *parts: Part) -> Declared:
        """The same declaration with its parts."""
        return replace(self, parts=parts)


@dataclass(frozen=True)
class Composition:
    """What one kind of declaration knows of itself.

    title: how messages name it, from its raw arguments. identify: its key and needs, from names alone (a program may
    give other arguments as outputs that are not known yet). parse: everything. render: the declared dictionary with
    the values that a lookup gives, None when the object itself is not there. released: what a preview says where
    a declaration is no longer there.
    """

    name: str
    title: Callable[[Mapping[str, Any]], str]
    identify: Callable[[Arguments], Declared]
    parse: Callable[[Arguments], Declared]
    render: Callable[[Declared, Lookup], dict[str, Any] | None]
    released: str = "it stays with its rows, only policies made here are removed"


def titled(kind: str, *names: str) -> Callable[[Mapping[str, Any]], str]:
    """A title from the first argument that is there."""

    def title(values: Mapping[str, Any]) -> str:
        given = ".".join(values[name] for name in names if isinstance(values.get(name), str))
        # a message is one line, whatever stands in a name
        shown = "".join(character if character.isprintable() else "?" for character in given)
        return f"{kind} {shown}" if shown else kind

    return title


def managed(values: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments that are managed: None means not managed and is left out, as the engine does."""
    return {key: value for key, value in values.items() if value is not None}
