"""A role cannot be a member of itself, by whatever way (PostgreSQL: "role is a member of role").

Two declarations that name each other are refused by the order of work; this is about memberships that are live.
"""

from __future__ import annotations

from collections.abc import Iterator

from .context import Context

ID = "role-circle"


def check(context: Context) -> Iterator[str]:
    """Follow each declared membership through declared and live ones back to where it began."""
    for each in context.declared("role"):
        for group in (one.role for one in each.parts[0].value.member_of or ()):
            way = _way(context, group, each.key)
            if way:
                yield (
                    f"role {each.key}: member_of {group} closes the circle {' -> '.join((each.key, *way))}; take it "
                    f"out, or revoke one of the others"
                )


def _way(context: Context, start: str, end: str) -> tuple[str, ...]:
    """The memberships from one role to another, empty when there are none."""
    left: list[tuple[str, ...]] = [(start,)]
    seen = {start}
    while left:
        path = left.pop()
        if path[-1] == end:
            return path
        wanted, live = context.value("role", path[-1]), context.snapshot.get("role", path[-1])
        groups = wanted.member_of if wanted is not None else None
        if groups is None and live is not None:
            groups = live.value.member_of  # its memberships are not managed
        for group in sorted({each.role for each in groups or ()} - seen):
            seen.add(group)
            left.append((*path, group))
    return ()
