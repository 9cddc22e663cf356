"""The limits of retention per key as they stand in the user's table: what a preview compares with the table's policies.

The job looks again at every run, because these rows change without a deployment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psycopg
from psycopg import sql

from ..declared.composition import Declared
from ..kind import Cursor
from ..kinds.partitioned_retention.wanted import PartitionedRetention
from ..names import Relation

# as the procedure reads them: several limits of one key count as the longest
_QUERY = sql.SQL(
    """
SELECT min(days) AS shortest, max(days) AS longest, count(*) FILTER (WHERE days IS NULL) AS endless,
       count(*) FILTER (WHERE days < 1) AS wrong
FROM (SELECT CASE WHEN bool_and({days} IS NOT NULL) THEN max({days})::int END AS days
      FROM {table} WHERE {key} IS NOT NULL GROUP BY {key}) each
"""
)


@dataclass(frozen=True)
class KeyLimits:
    """shortest, longest: days, None where no key has a limit. endless: how many keys are kept for ever. wrong: how many
    have a limit below one day. problem: why they cannot be read, empty when they can."""

    shortest: int | None = None
    longest: int | None = None
    endless: int = 0
    wrong: int = 0
    problem: str = ""


def read(cursor: Cursor, objects: Sequence[Declared]) -> Mapping[str, KeyLimits]:
    """The limits of every declared retention per key, by its name."""
    wanted = [each for each in objects if each.kind == "partitioned_retention" and each.parts[0].value is not None]
    return {each.key: limits(cursor, each.parts[0].value) for each in wanted}


def limits(cursor: Cursor, wanted: PartitionedRetention) -> KeyLimits:
    """The limits of one; a table that is missing, or that this role may not read, is a problem to be said."""
    statement = _QUERY.format(
        table=Relation.parse(wanted.limits.table).identifier,
        key=sql.Identifier(wanted.limits.key),
        days=sql.Identifier(wanted.limits.days),
    )
    try:
        with cursor.connection.transaction():
            row = cursor.execute(statement).fetchone()
    except psycopg.errors.Error as error:
        return KeyLimits(problem=error.diag.message_primary or type(error).__name__)
    return KeyLimits() if row is None else KeyLimits(row["shortest"], row["longest"], row["endless"], row["wrong"])
