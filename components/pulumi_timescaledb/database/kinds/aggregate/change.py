"""The difference between a wanted and a found aggregate, and what stands on it."""

from __future__ import annotations

from dataclasses import replace

from ...capabilities import Capabilities
from ...kind import Change, ChangeClass, Cursor, Found, differing
from ...names import Relation
from .wanted import Aggregate

# views and aggregates over an aggregate, and over those; the internal views of an aggregate stand for itself
_DEPENDENTS = """
WITH RECURSIVE internal AS (
  SELECT i.oid, u.oid AS aggregate
  FROM _timescaledb_catalog.continuous_agg a
  JOIN pg_namespace un ON un.nspname = a.user_view_schema
  JOIN pg_class u ON u.relnamespace = un.oid AND u.relname = a.user_view_name
  CROSS JOIN LATERAL (VALUES (a.partial_view_schema, a.partial_view_name), (a.direct_view_schema, a.direct_view_name))
    o (schema, name)
  JOIN pg_namespace n ON n.nspname = o.schema JOIN pg_class i ON i.relnamespace = n.oid AND i.relname = o.name
), above AS (
  SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = %s AND c.relname = %s
  UNION
  SELECT coalesce(i.aggregate, r.ev_class) FROM above
  JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = above.oid
                  AND d.classid = 'pg_rewrite'::regclass
  JOIN pg_rewrite r ON r.oid = d.objid AND r.ev_class <> above.oid LEFT JOIN internal i ON i.oid = r.ev_class
)
SELECT n.nspname AS schema, c.relname AS name
FROM above JOIN pg_class c USING (oid) JOIN pg_namespace n ON n.oid = c.relnamespace ORDER BY 1, 2
"""


def compare(key: str, wanted: Aggregate | None, found: Found | None) -> list[Change]:
    """A different query is a rebuild, unless it only has columns more, or the new one stands ready beside."""
    if wanted is None:
        return [Change("aggregate", key, "remove", "", key, None, ChangeClass.DESTROYS)] if found else []
    if found is None:
        rest = f"CALL refresh_continuous_aggregate('{key}', NULL, NULL)"
        note = f"starts empty; its refresh policies fill their window, {rest} what is older"
        return [Change("aggregate", key, "create", "", None, "continuous aggregate", note=note)]
    changes = []
    for field, old, new in differing(wanted, found.value):
        if field == "query":
            change_class, note = _query(key, wanted, found)
            renews = change_class in (ChangeClass.REBUILD, ChangeClass.IN_PLACE)
            changes.append(Change("aggregate", key, "alter", field, old, new, change_class, note, renews=renews))
        elif field == "chunk_interval":
            wrong = type(old) is not type(new)
            change_class = ChangeClass.IMPOSSIBLE if wrong else ChangeClass.FUTURE
            note = "write it in the form of the aggregate's time" if wrong else "chunks that exist keep their range"
            changes.append(Change("aggregate", key, "alter", field, old, new, change_class, note))
        elif field != "swap_in":
            changes.append(Change("aggregate", key, "alter", field, old, new))
    return changes


def _query(key: str, wanted: Aggregate, found: Found) -> tuple[ChangeClass, str]:
    """What another query costs."""
    relation = Relation.parse(key)
    beside = Relation(relation.schema, f"{relation.name}_v2")
    added, ready = found.facts.get("added"), found.facts.get("beside")
    if added:
        columns = ", ".join(name for name, _, _ in added)
        return ChangeClass.FUTURE, (
            f"adds {columns} in place; buckets that are there keep nothing in it until they are refreshed: CALL "
            f"refresh_continuous_aggregate('{key}', <where the raw data begins>, NULL, force => true), and never from "
            f"before the raw data, whose buckets that would delete"
        )
    if wanted.swap_in is None:
        return ChangeClass.REBUILD, (
            f"dropped and made anew with its owner, grants and declared policies; buckets older than the raw data are "
            f"lost. To lose none, declare {beside} with this query beside it, let it fill, then declare "
            f'swap_in="{beside}" here in its place'
        )
    if ready is None or not ready["same"]:
        what = "does not exist" if ready is None else "has another query"
        return ChangeClass.IMPOSSIBLE, (
            f"swap_in names {wanted.swap_in}, which {what}; declare it with this query, let it fill, then swap"
        )
    old = Relation(relation.schema, f"{relation.name}_old")
    return ChangeClass.IN_PLACE, (
        f"swapped: {wanted.swap_in} (from {ready['begins'] or 'nothing yet'} on) takes the name, what is there now "
        f"(from {ready['old_begins'] or 'nothing'} on) stays as {old} with its rows and policies until it is declared "
        f"absent"
    )


def judge(cursor: Cursor, change: Change, capabilities: Capabilities) -> Change:
    """What stands on an aggregate keeps it from being dropped, and goes on reading the old one after a swap."""
    gone = change.action == "remove" or change.change_class is ChangeClass.REBUILD
    swapped = change.field == "query" and change.change_class is ChangeClass.IN_PLACE
    if not capabilities.tsl or not (gone or swapped):
        return change
    rows = cursor.execute(_DEPENDENTS, tuple(Relation.parse(change.object))).fetchall()
    names = tuple(str(Relation(row["schema"], row["name"])) for row in rows)
    dependents = tuple(each for each in names if each != change.object)
    if gone or not dependents:
        return replace(change, dependents=dependents)
    return replace(change, note=f"{change.note}; {', '.join(dependents)} go on reading the old one")
