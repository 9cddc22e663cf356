"""Row security as the catalog shows it."""

from __future__ import annotations

from dataclasses import replace

import psycopg
from psycopg import sql

from ... import queries
from ...capabilities import Capabilities
from ...kind import Cursor, Found
from ...names import USER_RELATIONS, Relation
from ...refused import words
from .sql import create_policy
from .wanted import EVERYBODY, Policy, RowSecurity

QUERY = r"""
SELECT n.nspname AS schema, c.relname AS name, c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced,
       (SELECT json_agg(json_build_object(
          'name', p.polname, 'command', p.polcmd, 'permissive', p.polpermissive,
          'roles', (SELECT json_agg(r.rolname) FROM pg_roles r WHERE r.oid = ANY (p.polroles)),
          'using', pg_get_expr(p.polqual, p.polrelid), 'check', pg_get_expr(p.polwithcheck, p.polrelid)))
        FROM pg_policy p WHERE p.polrelid = c.oid) AS policies
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
  AND (c.relrowsecurity OR c.relforcerowsecurity OR EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid))
  AND c.oid = ANY ({relations})
"""
# one policy of the empty copy, in the server's spelling
_SPELLED = """
SELECT pg_get_expr(polqual, polrelid) AS using, pg_get_expr(polwithcheck, polrelid) AS check
FROM pg_policy WHERE polrelid = %s::regclass AND polname = %s
"""
_COMMANDS = {"*": "ALL", "r": "SELECT", "a": "INSERT", "w": "UPDATE", "d": "DELETE"}


def read(cursor: Cursor, capabilities: Capabilities) -> dict[str, Found]:
    """Row security by table; tables that have nothing of it are not there."""
    del capabilities
    found = {}
    for row in cursor.execute(QUERY.format(relations=USER_RELATIONS)):
        relation = Relation(row["schema"], row["name"])
        policies = tuple(
            Policy(
                each["name"],
                _COMMANDS[each["command"]],
                tuple(sorted(each["roles"])) if each["roles"] else EVERYBODY,
                _bare(each["using"]),
                _bare(each["check"]),
                each["permissive"],
            )
            for each in row["policies"] or ()
        )
        found[str(relation)] = Found(RowSecurity(row["enabled"], row["forced"], policies), {"relation": relation})
    return found


def respell(cursor: Cursor, wanted: RowSecurity, found: Found) -> Found:
    """Where the server spells a wanted policy like the live one of that name, they have the same expressions."""
    live = {each.name: each for each in found.value.policies}
    for policy in wanted.policies or ():
        have = live.get(policy.name)
        if have is None or (have.using, have.check) == (policy.using, policy.check):
            continue
        try:
            with queries.trial(cursor):
                spelled = _spelled(cursor, found.facts["relation"], policy)
        except psycopg.errors.Error:
            continue  # creating it will tell why
        if spelled == (have.using, have.check):
            live[policy.name] = have._replace(using=policy.using, check=policy.check)
    return Found(replace(found.value, policies=tuple(live.values())), found.facts)


def objections(cursor: Cursor, key: str, wanted: RowSecurity) -> list[str]:
    """What the server says of each policy, on an empty copy of the table; nothing where there is no table yet."""
    relation = Relation.parse(key)
    sentences = []
    for policy in wanted.policies or ():
        try:
            with queries.trial(cursor):
                _spelled(cursor, relation, policy)
        except psycopg.errors.Error as error:
            sentences.append(f'policy "{policy.name}" is refused by the server ({words(error)})')
    return sentences


def _spelled(cursor: Cursor, relation: Relation, policy: Policy) -> tuple[str | None, str | None]:
    """The expressions as the server prints them: a copy of the table under its own name, because a sub-query may
    refer to the row by it; a temporary table hides the real one of that name."""
    copy = Relation("pg_temp", relation.name)
    columns = sql.Identifier("tsdb_columns")  # a view of one's own: LIKE asks for SELECT, which is not everybody's
    cursor.execute(sql.SQL("CREATE TEMP VIEW {} AS SELECT * FROM {}").format(columns, relation.identifier))
    cursor.execute(sql.SQL("CREATE TABLE {} (LIKE {})").format(copy.identifier, columns))
    statement = create_policy(copy.identifier, policy._replace(roles=EVERYBODY))
    cursor.execute(statement, binary=True)  # the extended protocol takes one statement, whatever the expression holds
    row = cursor.execute(_SPELLED, (str(copy), policy.name)).fetchone()
    return (None, None) if row is None else (_bare(row["using"]), _bare(row["check"]))


def _bare(expression: str | None) -> str | None:
    """Without the parentheses around the whole, which CREATE POLICY wants and the server prints."""
    return None if expression is None else queries.unwrapped(expression)
