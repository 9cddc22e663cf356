"""Invalid indexes, those of chunks too, and how old the statistics of their use are."""

from __future__ import annotations

from dataclasses import dataclass

from ....database.names import Relation, quoted
from .section import Sections

# an index that is being built is not valid yet, and nothing is wrong with it
_INVALID = """
SELECT n.nspname AS schema, c.relname AS table, i.relname AS name,
       pg_get_indexdef(x.indexrelid) AS definition
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT x.indisvalid AND c.relpersistence <> 't' AND n.nspname <> 'pg_toast'
  AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = x.indexrelid)
  AND NOT EXISTS (SELECT FROM pg_inherits h WHERE h.inhparent = x.indexrelid)
ORDER BY 1, 2, 3
"""
# a crash clears all statistics at once and so the bgwriter's; a reset by hand clears this database's
_SINCE = """
SELECT extract(epoch FROM now() - greatest(d.stats_reset, b.stats_reset))::float8 AS seconds
FROM pg_stat_database d, pg_stat_bgwriter b WHERE d.datname = current_database()
"""


@dataclass(frozen=True)
class InvalidIndex:
    """An index that no read uses. table, name: where it is. definition: what makes it anew."""

    table: str
    schema: str
    name: str
    definition: str

    @property
    def about(self) -> str:
        """Its table and name."""
        return f"{self.table} {quoted(self.name)}"

    @property
    def relation(self) -> str:
        """The index as a statement names it."""
        return str(Relation(self.schema, self.name))


def invalid(sections: Sections) -> list[InvalidIndex]:
    """Every invalid index that nobody is building."""
    return [
        InvalidIndex(str(Relation(row["schema"], row["table"])), row["schema"], row["name"], row["definition"])
        for row in sections.cursor.execute(_INVALID)
    ]


def statistics_age(sections: Sections) -> float | None:
    """For how many seconds the server has counted scans; None where it does not say."""
    row = sections.cursor.execute(_SINCE).fetchone()
    return None if row is None else row["seconds"]
