"""Statements for default privileges (PostgreSQL manual: ALTER DEFAULT PRIVILEGES)."""

from __future__ import annotations

from collections.abc import Collection

from psycopg import sql

from ... import rights
from ...capabilities import Capabilities
from ...kind import Change, Found, Step
from .wanted import DefaultPrivileges


def statements(
    change: Change, wanted: DefaultPrivileges | None, found: Found | None, capabilities: Capabilities
) -> list[Step]:
    """Grant what is missing before revoking what is too much, in order of name."""
    live: DefaultPrivileges | None = found.value if found else None
    held = set(live.privileges) if live else set()
    if wanted is None:
        return _steps(change.object, live, "REVOKE", held) if live else []
    full = set(rights.expand(wanted.on, wanted.privileges, maintain=capabilities.maintain))
    if change.field == "grantable":
        options: Collection[str] = found.facts["grantable"] if found else ()
        if wanted.grantable:
            return _steps(change.object, wanted, "GRANT", (full & held).difference(options), made=False)
        return _steps(change.object, wanted, "REVOKE GRANT OPTION FOR", (full & held).intersection(options), made=False)
    grant = _steps(change.object, wanted, "GRANT", full - held)
    return grant + _steps(change.object, wanted, "REVOKE", held - full)


def _steps(key: str, value: DefaultPrivileges, verb: str, privileges: set[str], *, made: bool = True) -> list[Step]:
    if not privileges:
        return []
    names = ", ".join(sorted(privileges))
    give = verb == "GRANT"
    option = " WITH GRANT OPTION" if give and value.grantable else ""
    place = sql.SQL("") if value.schema is None else sql.SQL(" IN SCHEMA {}").format(sql.Identifier(value.schema))
    statement = sql.SQL(
        f"ALTER DEFAULT PRIVILEGES FOR ROLE {{}}{{}} {verb} {names} ON {value.on.upper()} "
        f"{'TO' if give else 'FROM'} {{}}{option}"
    ).format(sql.Identifier(value.owner), place, rights.grantee(value.to))
    ledger = tuple(f"{key}: {each}" for each in sorted(privileges)) if made else ()
    sentence = f"{verb.lower()} {names} {'to' if give else 'from'} {key} from now on{option.lower()}"
    return [Step(statement, sentence, made=ledger if give else (), unmade=() if give else ledger)]
