"""Which declared object must come before which: computed from what each one needs, never written by hand."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from ...errors import Refusal
from ..declared.composition import Declared
from ..names import quoted

# what a kind waits for beyond its own needs: extensions first, roles before the migrations that grant to them
_BEFORE = {
    "extension": (),
    "role": ("extension",),
    "schema": ("extension", "role"),
    "default_privileges": ("extension", "role", "schema"),
    "migrations": ("extension", "role", "schema"),
    "hypertable": ("extension", "schema", "migrations"),
    "continuous_aggregate": ("extension", "schema", "default_privileges", "migrations"),
    # a job may call anything, and retention per key looks at the policies of its table
    "job": ("extension", "role", "migrations", "hypertable", "continuous_aggregate"),
    "partitioned_retention": ("extension", "role", "migrations", "hypertable", "continuous_aggregate"),
    # an aggregate that is declared absent must be gone before row security comes
    "row_level_security": ("extension", "migrations", "continuous_aggregate"),
    "security_barrier_view": (
        "extension",
        "schema",
        "default_privileges",
        "migrations",
        "hypertable",
        "continuous_aggregate",
        "row_level_security",
    ),
    "grant": ("extension", "role", "schema"),
}
_RIGHTS = ("grant", "default_privileges")


class BadOrder(Refusal):
    """Declarations contradict each other: one name twice, or a circle."""


def edges(objects: Sequence[Declared]) -> dict[str, tuple[str, ...]]:
    """For each object's name the names it waits for, in declared order. Raises :class:`BadOrder`."""
    names = [name(each) for each in objects]
    for each in names:
        if names.count(each) > 1:
            raise BadOrder(f"objects: {each} is declared twice; keep one of the two")
    early = _early(objects)
    secured = any(each.kind == "row_level_security" for each in objects)
    waits = {
        name(each): tuple(
            name(other)
            for other in objects
            if _waits(each, other, early) and not (secured and _in_the_way(each, other))
        )
        for each in objects
    }
    _refuse_circles(waits)
    return waits


def in_order(objects: Sequence[Declared], waits: Mapping[str, Sequence[str]]) -> list[Declared]:
    """The objects after those they wait for, otherwise as declared; waits is what :func:`edges` gave."""
    left, done, names = list(objects), [], set[str]()
    while left:
        ready = next(each for each in left if names.issuperset(waits[name(each)]))  # a circle was refused before
        left.remove(ready)
        done.append(ready)
        names.add(name(ready))
    return done


def name(declared: Declared) -> str:
    """The name of an object within its stack, such as ``hypertable:public.check_history``."""
    return f"{declared.kind}:{declared.key}"


def _early(objects: Sequence[Declared]) -> set[str]:
    """Rights that migrations run under: on the database and on schemas that are there before them."""
    schemas = {"", "database", "schema public"}
    schemas |= {f"schema {quoted(each.key)}" for each in objects if each.kind == "schema"}
    return {name(each) for each in objects if each.kind in _RIGHTS and each.target in schemas}


def _waits(each: Declared, other: Declared, early: Collection[str]) -> bool:
    if each is other or name(each) == name(other):
        return False
    if _goes_before(each, other) or _goes_before(other, each):
        return _goes_before(other, each)
    # what must be gone goes after what leans on it, and a role after whatever may be taken from it
    if each.absent and (
        _leans(other, each, early) or (each.kind == "role" and other.kind not in ("role", "extension"))
    ):
        return True
    # a right that is taken needs its role and its object, because a new object comes with rights by itself
    return not (each.absent and each.kind not in _RIGHTS) and not other.absent and _leans(each, other, early)


def _goes_before(gone: Declared, stays: Declared) -> bool:
    """Whether what is declared absent goes before an object changes: an aggregate stands on its source, which cannot be
    rebuilt under it, and keeps what row security is to hide."""
    secured = (gone.kind, stays.kind) == ("continuous_aggregate", "row_level_security")
    return gone.absent and not stays.absent and (secured or gone.source == stays.key)


def _in_the_way(gone: Declared, later: Declared) -> bool:
    """Views, and grants on them, come after row security, which comes after an aggregate that goes: so it cannot wait
    for them."""
    return gone.absent and gone.kind == "continuous_aggregate" and later.kind in ("security_barrier_view", "grant")


def _leans(each: Declared, other: Declared, early: Collection[str]) -> bool:
    """Whether one needs the other to be there."""
    if each.kind == "migrations" and other.kind in _RIGHTS:
        return name(other) in early
    if each.kind in _RIGHTS and other.kind == "migrations":
        return name(each) not in early
    if each.kind in ("role", "schema") and other.kind == "extension" and other.needs:
        return False  # it goes into a schema, which may be this one, or this role's
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
