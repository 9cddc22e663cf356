"""What hangs on tables: indexes, statistics, rules, triggers, row-level security.

An index that a constraint made comes with the constraint, and one of a hypertable is declared with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..kind import Cursor
from ..names import Relation
from .item import LATER, Left, Scope, own

# ONLY would leave the partitions without it
INDEXES = own("""
SELECT n.nspname AS schema, c.relname AS plain, replace(
         pg_get_indexdef(x.indexrelid), format('INDEX %I ON ONLY ', i.relname), format('INDEX %I ON ', i.relname)
       ) AS definition
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'm') AND x.indisvalid AND {pg_class:c}
  AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.indexrelid AND k.contype IN ('p', 'u', 'x'))
  AND NOT EXISTS (SELECT FROM pg_inherits h WHERE h.inhrelid = x.indexrelid)
ORDER BY 1, 2, i.relname
""")
STATISTICS = own("""
SELECT pg_get_statisticsobjdef(s.oid) AS definition
FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace
WHERE {pg_statistic_ext:s} ORDER BY 1
""")
RULES = own("""
SELECT n.nspname AS schema, c.relname AS plain, 'rule ' || quote_ident(r.rulename) AS what,
       rtrim(pg_get_ruledef(r.oid), ';') AS definition
FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE r.rulename <> '_RETURN' AND {pg_class:c} ORDER BY c.relname, r.rulename
""")
# TimescaleDB's own triggers call functions of its own schemas
TRIGGERS = own("""
SELECT format('%I.%I', n.nspname, c.relname) AS table, quote_ident(t.tgname) AS name, t.tgenabled AS enabled,
       pg_get_triggerdef(t.oid) AS definition, n.nspname AS schema, c.relname AS plain,
       'trigger ' || quote_ident(t.tgname) AS what
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_namespace pn ON pn.oid = p.pronamespace
WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND pn.nspname !~ '^_timescaledb' AND {pg_class:c}
ORDER BY 1, 2
""")
SECURED = own("""
SELECT format('%I.%I', n.nspname, c.relname) AS table, c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced,
       n.nspname AS schema, c.relname AS plain
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND (c.relrowsecurity OR c.relforcerowsecurity) AND {pg_class:c} ORDER BY 1
""")
POLICIES = own("""
SELECT format('%I.%I', n.nspname, c.relname) AS table, quote_ident(p.polname) AS name, p.polpermissive AS permissive,
       p.polcmd AS command, pg_get_expr(p.polqual, p.polrelid) AS using,
       pg_get_expr(p.polwithcheck, p.polrelid) AS check,
       (SELECT string_agg(quote_ident(r.rolname), ', ' ORDER BY r.rolname) FROM pg_roles r
        WHERE r.oid = ANY (p.polroles)) AS roles, n.nspname AS schema, c.relname AS plain
FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE {pg_class:c} ORDER BY 1, 2
""")
_COMMANDS = {"r": "SELECT", "a": "INSERT", "w": "UPDATE", "d": "DELETE"}
_FIRING = {"D": "DISABLE TRIGGER", "R": "ENABLE REPLICA TRIGGER", "A": "ENABLE ALWAYS TRIGGER"}


def statements(cursor: Cursor, scope: Scope, left: list[Left]) -> Iterator[str]:
    """Everything, in the order in which it can be made."""
    for row in cursor.execute(INDEXES):
        relation = _relation(row)
        if relation not in scope.hypertables and relation not in scope.later:
            yield row["definition"]
    for row in cursor.execute(STATISTICS):
        yield row["definition"]
    for query in (RULES, TRIGGERS):
        for row in cursor.execute(query):
            if _relation(row) in scope.later:
                left.append(Left(f"{row['what']} of {_relation(row)}", LATER))
                continue
            yield row["definition"]
            if row.get("enabled") in _FIRING:
                yield f"ALTER TABLE {row['table']} {_FIRING[row['enabled']]} {row['name']}"
    yield from _secured(cursor, scope)


def _secured(cursor: Cursor, scope: Scope) -> Iterator[str]:
    """Row security that is not declared, or the part of it that is not."""
    for row in cursor.execute(SECURED):
        if _relation(row) in scope.secured:
            continue
        if row["enabled"]:
            yield f"ALTER TABLE {row['table']} ENABLE ROW LEVEL SECURITY"
        if row["forced"]:
            yield f"ALTER TABLE {row['table']} FORCE ROW LEVEL SECURITY"
    for row in cursor.execute(POLICIES):
        if _relation(row) in scope.policies:
            continue
        words = [f"CREATE POLICY {row['name']} ON {row['table']}"]
        words += [] if row["permissive"] else ["AS RESTRICTIVE"]
        words += [f"FOR {_COMMANDS[row['command']]}"] if row["command"] in _COMMANDS else []
        words += [f"TO {row['roles']}"] if row["roles"] else []
        words += [f"USING ({row['using']})"] if row["using"] else []
        words += [f"WITH CHECK ({row['check']})"] if row["check"] else []
        yield " ".join(words)


def _relation(row: Mapping[str, Any]) -> str:
    return str(Relation(row["schema"], row["plain"]))
