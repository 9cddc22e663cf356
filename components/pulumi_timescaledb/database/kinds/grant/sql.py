"""Statements for privileges (PostgreSQL manual: GRANT, REVOKE). Nothing is ever revoked that was not asked for by name.

On a hypertable the server grants on its chunks too, on an aggregate on the tables and views behind it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from psycopg import sql

from ... import rights
from ...capabilities import Capabilities
from ...holding import Holding
from ...kind import Change, Found, Step
from ...names import quoted
from ...rights import Target
from .found import ledger_name
from .wanted import Grant

_MOST = 100  # objects in one statement
Group = tuple[tuple[str, ...], tuple[Target, ...]]


def statements(change: Change, wanted: Grant | None, found: Found | None, capabilities: Capabilities) -> list[Step]:
    """Grant what is missing before revoking what is too much, both in order of name."""
    held: Sequence[Holding] = found.facts["holdings"] if found else ()
    database = capabilities.database
    if wanted is None:
        value: Grant = found.value if found else Grant("", Target("database"), ())
        return _revoke(value.to, held, {id(each): set(each.privileges) for each in held}, database)
    if found is None:
        held = [Holding(wanted.target, "", {}, frozenset(), {})]
    full = set(rights.expand(wanted.target.kind, wanted.privileges, maintain=capabilities.maintain))
    if change.field == "grantable":
        kept = [(each, full & set(each.privileges)) for each in held]
        if wanted.grantable:
            lacking = [(each.target, sorted(names - each.grantable)) for each, names in kept]
            return _grant(wanted, _grouped(lacking), database, made=False)
        return _revoke(
            wanted.to, held, {id(each): names & each.grantable for each, names in kept}, database, option=True
        )
    missing = [(each.target, sorted(full - set(each.privileges))) for each in held]
    extra = {id(each): set(each.privileges) - full for each in held}
    return _grant(wanted, _grouped(missing), database) + _revoke(wanted.to, held, extra, database)


def _grant(wanted: Grant, groups: Iterable[Group], database: str, *, made: bool = True) -> list[Step]:
    steps = []
    option = " WITH GRANT OPTION" if wanted.grantable else ""
    for names, targets in groups:
        statement = sql.SQL(f"GRANT {', '.join(names)} ON {{}} TO {{}}{option}").format(
            _on(targets, database), rights.grantee(wanted.to)
        )
        sentence = f"grant {', '.join(names)} on {_said(targets)} to {quoted(wanted.to)}{option.lower()}"
        ledger = [ledger_name(wanted.to, target, name) for target in targets for name in names] if made else []
        steps.append(Step(statement, sentence, made=tuple(ledger)))
    return steps


def _revoke(
    role: str, held: Sequence[Holding], gone: dict[int, set[str]], database: str, *, option: bool = False
) -> list[Step]:
    """As the owner what the owner granted, and as each other grantor what that one granted: a REVOKE takes only the
    grants of the role that it runs as (manual, REVOKE, notes)."""
    by_grantor: dict[str, list[tuple[Target, list[str]]]] = {}
    for each in held:
        for grantor in sorted({name for privilege in gone[id(each)] for name in each.privileges[privilege]}):
            names = sorted(privilege for privilege in gone[id(each)] if grantor in each.privileges[privilege])
            by_grantor.setdefault("" if grantor == each.owner else grantor, []).append((each.target, names))
    steps = []
    words = "GRANT OPTION FOR " if option else ""
    for grantor, rows in by_grantor.items():
        for group, targets in _grouped(rows):
            listed = ", ".join(group)
            statement = sql.SQL(f"REVOKE {words}{listed} ON {{}} FROM {{}}").format(
                _on(targets, database), rights.grantee(role)
            )
            sentence = f"revoke {words.lower()}{listed} on {_said(targets)} from {quoted(role)}"
            if grantor:
                as_grantor = sql.SQL("SET LOCAL ROLE {}; {}; RESET ROLE")
                statement = as_grantor.format(sql.Identifier(grantor), statement)
                sentence += f", granted by {quoted(grantor)}"
            ledger = () if option else tuple(ledger_name(role, target, name) for target in targets for name in group)
            steps.append(Step(statement, sentence, unmade=ledger))
    return steps


def _grouped(rows: Iterable[tuple[Target, list[str]]]) -> list[Group]:
    """Objects that want the same, together, in the order given."""
    groups: dict[tuple[str, ...], list[Target]] = {}
    for target, names in rows:
        if names:
            groups.setdefault(tuple(names), []).append(target)
    return [
        (names, tuple(targets[start : start + _MOST]))
        for names, targets in sorted(groups.items())
        for start in range(0, len(targets), _MOST)
    ]


def _on(targets: Sequence[Target], database: str) -> sql.Composed:
    """One object, or several of one kind, whose word stands once."""
    if len(targets) == 1:
        return targets[0].statement(database)
    rest = [sql.SQL(", ") + target.identifiers for target in targets[1:]]
    return sql.Composed([targets[0].statement(database), *rest])


def _said(targets: Sequence[Target]) -> str:
    shown = ", ".join(map(str, targets[:3]))
    return shown if len(targets) <= 3 else f"{shown} and {len(targets) - 3} more"
