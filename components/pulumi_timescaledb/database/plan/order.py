"""Which declared object must come before which: computed from what each one needs, never written by hand."""

from __future__ import annotations

from collections.abc import Sequence

from ...errors import Refusal
from ..declared.composition import Declared

# what a kind waits for beyond its own needs: extensions first, roles before the migrations that grant to them
_BEFORE = {
    "extension": (),
    "role": ("extension",),
    "migrations": ("extension", "role"),
    "hypertable": ("extension", "migrations"),
    "continuous_aggregate": ("extension", "migrations"),
}


class BadOrder(Refusal):
    """Declarations contradict each other: one name twice, or a circle."""


def edges(objects: Sequence[Declared]) -> dict[str, tuple[str, ...]]:
    """For each object's name the names it waits for, in declared order. Raises :class:`BadOrder`."""
    names = [name(each) for each in objects]
    for each in names:
        if names.count(each) > 1:
            raise BadOrder(f"objects: {each} is declared twice; keep one of the two")
    waits = {name(each): tuple(name(other) for other in objects if _waits(each, other)) for each in objects}
    _refuse_circles(waits)
    return waits


def name(declared: Declared) -> str:
    """The name of an object within its stack, such as ``hypertable:public.check_history``."""
    return f"{declared.kind}:{declared.key}"


def _waits(each: Declared, other: Declared) -> bool:
    if each is other or name(each) == name(other):
        return False
    if other.kind in _BEFORE[each.kind]:
        return True
    return any(kind == other.kind and key in ("", other.key) for kind, key in each.needs)


def _refuse_circles(waits: dict[str, tuple[str, ...]]) -> None:
    done: set[str] = set()

    def visit(each: str, path: tuple[str, ...]) -> None:
        if each in path:
            circle = " -> ".join((*path[path.index(each) :], each))
            raise BadOrder(f"objects: {circle} wait for each other; take one of these references out")
        if each not in done:
            for other in waits[each]:
                visit(other, (*path, each))
            done.add(each)

    for each in waits:
        visit(each, ())
