"""Memberships as pg_auth_members holds them: one row a grantor, which PostgreSQL 16 and later keep apart.

From 16 on a role that is no superuser and creates another gets ADMIN on it from the bootstrap superuser, without
INHERIT and SET, and by createrole_self_grant perhaps a second row from itself (manual, CREATE ROLE, notes). That is
the server's doing and no drift, unless it is declared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .wanted import Membership

Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def grouped(rows: Sequence[Mapping[str, Any]]) -> Rows:
    """Rows of role, grantor, admin, inherit, set, implicit (the ADMIN of a creator) and own (what createrole_self_grant
    adds to it), by role."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["role"], []).append(row)
    return found


def live(rows: Rows) -> tuple[Membership, ...]:
    """All memberships but those that the server made, each with what its grants come to together."""
    return tuple(_union(role, made) for role, each in sorted(rows.items()) if (made := _made(each)))


def respelled(rows: Rows, wanted: Sequence[Membership]) -> tuple[Membership, ...]:
    """The same for a declaration: what it names is looked at as it is, and options it does not manage are left out."""
    by_name = {each.role: each for each in wanted}
    found = []
    for role, grants in sorted(rows.items()):
        declared = by_name.get(role)
        if declared is None:
            made = _made(grants)
            if made:
                found.append(_union(role, made)._replace(inherit=None, set=None))
            continue
        # a creator's ADMIN alone makes nobody a member in effect; it counts where ADMIN is what is declared
        counted = grants if declared.admin else [row for row in grants if not row["implicit"]]
        if counted:
            union = _union(role, counted)
            inherit = None if declared.inherit is None else union.inherit
            found.append(union._replace(inherit=inherit, set=None if declared.set is None else union.set))
    return tuple(found)


def grantors(rows: Rows, role: str) -> list[str]:
    """Who gave it, without what the server made."""
    return sorted(row["grantor"] for row in rows.get(role, ()) if not row["implicit"])


def _made(grants: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """What somebody granted."""
    return [row for row in grants if not row["implicit"] and not row["own"]]


def _union(role: str, grants: Sequence[Mapping[str, Any]]) -> Membership:
    def any_of(name: str) -> bool | None:
        known = [row[name] for row in grants if row[name] is not None]
        return any(known) if known else None

    return Membership(role, bool(any_of("admin")), any_of("inherit"), any_of("set"))
