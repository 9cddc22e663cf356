"""The index that ``create_hypertable`` makes by itself, and where a live hypertable lacks it.

It makes one over the time column, descending, unless an index over that column alone is there (src/indexing.c of
TimescaleDB 2.28.3, indexing_create_and_verify_hypertable_indexes). When the tables of a baseline are made anew only
those of constraints are; so where the live one is missing, its absence is declared.
"""

from __future__ import annotations

from ...database.kinds.index.found import key as index_key
from ...database.names import LONGEST, Relation
from ...database.snapshot import Snapshot


def missing(snapshot: Snapshot, table: str) -> list[str]:
    """The key of the index, where the server would make it and it is not there."""
    hypertable = snapshot.found["hypertable"][table]
    column = hypertable.value.time_column
    relation: Relation = hypertable.facts["relation"]
    own = {key: each for key, each in snapshot.found["index"].items() if each.value.relation == relation}
    constraints = {each.facts["name"] for each in own.values() if each.facts["constraint"]}
    keys = snapshot.tables[table].unique_keys if table in snapshot.tables else ()
    if any(name in constraints and columns == frozenset({column}) for name, columns in keys):
        return []
    key = index_key(relation, name(relation.name, column))
    return [] if key in own else [key]


def name(table: str, column: str) -> str:
    """As PostgreSQL chooses it: table_column_idx, the longer of the two cut where it would not fit (makeObjectName,
    commands/indexcmds.c), never within a character."""
    room = LONGEST - len("__idx")
    parts = [table, column]
    while sum(len(part.encode()) for part in parts) > room:
        longer = 0 if len(parts[0].encode()) > len(parts[1].encode()) else 1
        parts[longer] = parts[longer][:-1]
    return f"{parts[0]}_{parts[1]}_idx"
