"""A view as a wall between tenants: ``schema="public", name, query, security_barrier=True, security_invoker,
check_option, owner``.

The query is compared by the server's own spelling. Where its columns stay the view is replaced; otherwise it is
dropped and made anew with its grants, which is refused while something depends on it.
"""

from __future__ import annotations

from typing import Any

from .. import queries
from ..arguments import Arguments
from ..kind import Part
from ..kinds.view.wanted import CHECK_OPTIONS, View
from ..names import Relation
from .composition import Composition, Declared, Lookup, managed, titled
from .policies import ABSENT


def identify(arguments: Arguments) -> Declared:
    """The view, its owner, and the other views that its query names."""
    key = str(Relation(arguments.name("schema", "public"), arguments.name("name")))
    owner, query = arguments.text("owner"), arguments.peek("query")
    needs: list[tuple[str, str]] = [("role", owner)] if owner else []
    if isinstance(query, str):
        needs += [("security_barrier_view", each) for each in queries.relations(query) if each != key]
    return Declared("security_barrier_view", key, needs=tuple(needs))


def parse(arguments: Arguments) -> Declared:
    """Read the arguments."""
    declared = identify(arguments)
    if arguments.absent():
        return declared.of(Part("view", declared.key, None))
    option = arguments.text("check_option")
    if option is not None and option not in CHECK_OPTIONS:
        raise arguments.wrong("check_option", f"one of {', '.join(CHECK_OPTIONS)}")
    value = View(
        arguments.required("query", "the SELECT that it shows").strip(),
        arguments.boolean("security_barrier", True) is True,
        arguments.boolean("security_invoker"),
        option,
        arguments.text("owner"),
    )
    arguments.finish()
    return declared.of(Part("view", declared.key, value))


def render(declared: Declared, lookup: Lookup) -> dict[str, Any] | None:
    """The declared arguments with live values."""
    part = declared.parts[0]
    live: View | None = lookup("view", part.key)
    relation = Relation.parse(declared.key)
    names = {"schema": relation.schema, "name": relation.name}
    if part.value is None:
        return names | ABSENT if live is None else names
    if live is None:
        return None
    wanted: View = part.value
    shown = names | {
        "query": live.query,
        "security_barrier": live.security_barrier,
        "security_invoker": None if wanted.security_invoker is None else live.security_invoker,
        "check_option": None if wanted.check_option is None else live.check_option,
        "owner": None if wanted.owner is None else live.owner,
    }
    return managed(shown)


COMPOSITION = Composition(
    "security_barrier_view",
    titled("security barrier view", "schema", "name"),
    identify,
    parse,
    render,
    released="the view stays as it is",
)
