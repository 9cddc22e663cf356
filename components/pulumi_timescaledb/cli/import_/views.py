"""Which views are declared: those that hold tenants apart, and those that stand on something made after the migrations.

The second ones have no other place, since the baseline runs before there is an aggregate; they are declared with
``security_barrier=False``. A view that other plain objects stand on, or that has a trigger or a comment, is made by the
baseline as well, where it is found as declared.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ...database import declared as declarations
from ...database.kind import Cursor
from ...database.names import Relation
from ...database.snapshot import Snapshot

KIND = "security_barrier_view"
# others: what stands on the view and is no view (a function with a body of statements, a materialized view), and what
# it carries that its declaration has no argument for
QUERY = """
SELECT n.nspname AS schema, c.relname AS name, pg_get_viewdef(c.oid) AS query,
       EXISTS (SELECT FROM pg_depend d LEFT JOIN pg_rewrite w ON d.classid = 'pg_rewrite'::regclass AND w.oid = d.objid
               LEFT JOIN pg_class v ON v.oid = w.ev_class
               WHERE d.deptype = 'n' AND v.relkind IS DISTINCT FROM 'v' AND (
                 (d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid) OR
                 (d.refclassid = 'pg_type'::regclass AND d.refobjid IN (c.reltype, t.typarray))))
       OR EXISTS (SELECT FROM pg_description d WHERE d.classoid = 'pg_class'::regclass AND d.objoid = c.oid)
       OR EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = c.oid)
       OR EXISTS (SELECT FROM pg_rewrite w WHERE w.ev_class = c.oid AND w.rulename <> '_RETURN')
       OR EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND (a.attacl IS NOT NULL OR a.atthasdef))
       AS others
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_type t ON t.oid = c.reltype
WHERE c.relkind = 'v'
"""


def look(cursor: Cursor, snapshot: Snapshot) -> tuple[dict[str, str], frozenset[str]]:
    """The queries of plain views as the server prints them, and which of the views have something else about them."""
    queries, others = {}, set()
    for row in cursor.execute(QUERY):
        key = str(Relation(row["schema"], row["name"]))
        if key not in snapshot.found["view"]:
            continue
        queries[key] = row["query"].strip().rstrip(";").rstrip()
        if row["others"]:
            others.add(key)
    return queries, frozenset(others)


def chosen(snapshot: Snapshot, aggregates: Collection[str]) -> frozenset[str]:
    """Every view that is worth a declaration."""
    found = snapshot.found["view"]
    return _standing(snapshot, found, {key for key in found if _wall(snapshot, key)}, aggregates)


def kept(snapshot: Snapshot, objects: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The declarations without views that turned out to stand on nothing that is declared."""
    views, aggregates = _keys(objects, KIND), _keys(objects, "continuous_aggregate")
    walls = {key for key in views if _wall(snapshot, key)}
    needed = _standing(snapshot, views, walls, aggregates)
    return [each for each in objects if each["kind"] != KIND or declarations.identify(each).key in needed]


def later(snapshot: Snapshot, others: frozenset[str], objects: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """Those declared views that the baseline does not make as well."""
    views, aggregates = _keys(objects, KIND), _keys(objects, "continuous_aggregate")
    behind = _standing(snapshot, views, set(), aggregates)  # no baseline can make these
    needed = {key for key in views if key in others} | {
        read for key, found in snapshot.found["view"].items() if key not in views for read in found.facts["reads"]
    }
    while more := {read for key in needed & views for read in _reads(snapshot, key)} - needed:
        needed |= more
    return frozenset(views - needed) | behind


def _standing(
    snapshot: Snapshot, among: Collection[str], views: set[str], aggregates: Collection[str]
) -> frozenset[str]:
    """Those views, and those among the others that read an aggregate or one of them, directly or through each other."""
    while more := {
        key for key in among if key not in views and any(each in views or each in aggregates
                                                         for each in _reads(snapshot, key))
    }:  # fmt: skip
        views = views | more
    return frozenset(views)


def _reads(snapshot: Snapshot, key: str) -> Sequence[str]:
    reads: Sequence[str] = snapshot.found["view"][key].facts["reads"]
    return reads


def _wall(snapshot: Snapshot, key: str) -> bool:
    value = snapshot.found["view"][key].value
    return bool(value.security_barrier or value.security_invoker)


def _keys(objects: Sequence[Mapping[str, Any]], kind: str) -> set[str]:
    return {declarations.identify(each).key for each in objects if each["kind"] == kind}
