"""In which order the objects are made: each after those that it depends on, as ``pg_depend`` records it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ..kind import Cursor
from .item import Item, Key

# what stands in for what: a view's rule for the view, a row or array type for its table or element, and so on
_PARTS = """
SELECT 'pg_rewrite'::regclass AS class, oid, 'pg_class'::regclass AS of_class, ev_class AS of FROM pg_rewrite
UNION ALL SELECT 'pg_attrdef'::regclass, oid, 'pg_class'::regclass, adrelid FROM pg_attrdef
UNION ALL SELECT 'pg_constraint'::regclass, oid, 'pg_class'::regclass, conrelid FROM pg_constraint WHERE conrelid <> 0
UNION ALL SELECT 'pg_constraint'::regclass, oid, 'pg_type'::regclass, contypid FROM pg_constraint WHERE contypid <> 0
UNION ALL SELECT 'pg_type'::regclass, t.oid, 'pg_class'::regclass, t.typrelid
  FROM pg_type t JOIN pg_class c ON c.oid = t.typrelid WHERE c.relkind <> 'c'
UNION ALL SELECT 'pg_class'::regclass, t.typrelid, 'pg_type'::regclass, t.oid
  FROM pg_type t JOIN pg_class c ON c.oid = t.typrelid WHERE c.relkind = 'c'
UNION ALL SELECT 'pg_type'::regclass, t.oid, 'pg_type'::regclass, t.typelem
  FROM pg_type t WHERE t.typelem <> 0 AND t.typcategory = 'A'
UNION ALL SELECT 'pg_type'::regclass, rngmultitypid, 'pg_type'::regclass, rngtypid FROM pg_range
"""
# an owned sequence depends on its column ('a'), but is made first, for the column's default. Foreign keys come later.
QUERY = """
WITH parts AS ({parts}), whole AS (
  SELECT p.class, p.oid, coalesce(q.of_class, p.of_class) AS of_class, coalesce(q.of, p.of) AS of
  FROM parts p LEFT JOIN parts q ON q.class = p.of_class AND q.oid = p.of)
SELECT DISTINCT d.classid::regclass::text AS class, d.objid AS oid,
       coalesce(a.of_class, d.classid)::regclass::text AS own_class, coalesce(a.of, d.objid)::bigint AS own,
       coalesce(b.of_class, d.refclassid)::regclass::text AS need_class, coalesce(b.of, d.refobjid)::bigint AS need
FROM pg_depend d
LEFT JOIN whole a ON a.class = d.classid AND a.oid = d.objid
LEFT JOIN whole b ON b.class = d.refclassid AND b.oid = d.refobjid
LEFT JOIN pg_class s ON d.classid = 'pg_class'::regclass AND s.oid = d.objid
LEFT JOIN pg_constraint f ON d.classid = 'pg_constraint'::regclass AND f.oid = d.objid
WHERE d.refobjid >= 16384 AND d.deptype <> 'e' AND (s.relkind IS NULL OR s.relkind <> 'S')
  AND (f.contype IS NULL OR f.contype <> 'f')
  AND (coalesce(a.of, d.objid) = ANY (%s) OR d.objid = ANY (%s)) AND coalesce(b.of, d.refobjid) = ANY (%s)
""".replace("{parts}", _PARTS)


def needs(cursor: Cursor, keys: Iterable[Key], more: Iterable[Key] = ()) -> dict[Key, set[Key]]:
    """For each object those of them, or of ``more``, that it stands on.

    A default that is set by itself stands on its table, and what it calls is its own affair and not the table's.
    """
    known, others = set(keys), set(more)
    own = [oid for _, oid in known]
    found: dict[Key, set[Key]] = {key: set() for key in known}
    for row in cursor.execute(QUERY, (own, own, own + [oid for _, oid in others])):
        part, whole = (row["class"], row["oid"]), (row["own_class"], row["own"])
        need = (row["need_class"], row["need"])
        key = part if part in known else whole
        if part in known and whole in known and part != whole:
            found[part].add(whole)
        if key in known and need != key and (need in known or need in others):
            found[key].add(need)
    return found


def sort(items: Sequence[Item], waits: Mapping[Key, set[Key]]) -> tuple[list[Item], list[Item]]:
    """The items in an order in which they can be made, by name where they are free; and those that go in a circle."""
    done: list[Item] = []
    made: set[Key] = set()
    left = sorted(items, key=lambda item: (_RANK.get(item.name.partition(" ")[0], 9), item.name))
    keys = {item.key for item in items}
    while left:
        ready = next((item for item in left if waits.get(item.key, set()) & keys <= made), None)
        if ready is None:
            break
        left.remove(ready)
        made.add(ready.key)
        done.append(ready)
    return done, left


# where nothing else decides, in the order in which one reads
_RANK = {"type": 0, "sequence": 1, "table": 2, "default": 3, "function": 4, "view": 5, "materialized": 6}
