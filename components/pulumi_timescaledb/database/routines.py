"""Functions and procedures that a job, a check of its configuration or an integer time may name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .kind import Cursor
from .names import RESERVED_SCHEMAS, Relation

JOB, CHECK, NOW = "integer, jsonb", "jsonb", ""
"""The arguments of what a job calls, of what checks its configuration, and of what tells the time of integers."""

# only the signatures that something declared can refer to: a schema may hold thousands of others
QUERY = f"""
SELECT n.nspname AS schema, p.proname AS name, p.prokind = 'p' AS procedure,
       oidvectortypes(p.proargtypes) AS arguments
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE p.prokind IN ('f', 'p') AND oidvectortypes(p.proargtypes) IN ('', 'jsonb', 'integer, jsonb')
  AND n.nspname !~ '{RESERVED_SCHEMAS}'
"""  # noqa: S608 - a constant


@dataclass(frozen=True)
class Routine:
    """One function or procedure. arguments: their types, as PostgreSQL prints them."""

    relation: Relation
    arguments: str
    procedure: bool


Routines = Mapping[tuple[str, str], Routine]
"""By schema.name and arguments."""


def read(cursor: Cursor) -> dict[tuple[str, str], Routine]:
    """Routines of the user's own schemas with a signature that a declaration can name."""
    found = {}
    for row in cursor.execute(QUERY):
        relation = Relation(row["schema"], row["name"])
        found[str(relation), row["arguments"]] = Routine(relation, row["arguments"], row["procedure"])
    return found
