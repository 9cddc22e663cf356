"""Schemas of the user, with what they hold."""

from __future__ import annotations

from ...capabilities import Capabilities
from ...kind import Cursor, Found
from ...names import RESERVED_SCHEMAS
from .wanted import Schema

SHOWN = 5  # names in a refusal
# what depends on a schema in the normal way is what DROP SCHEMA without CASCADE refuses over (manual, pg_depend); of an
# extension the extension alone is named
QUERY = """
SELECT n.nspname AS name, r.rolname AS owner, count(h.name) AS count,
       (array_agg(h.name ORDER BY h.classid, h.objid) FILTER (WHERE h.name IS NOT NULL))[1:%(shown)s] AS holds
FROM pg_namespace n JOIN pg_roles r ON r.oid = n.nspowner LEFT JOIN LATERAL (
  SELECT d.classid, d.objid, pg_describe_object(d.classid, d.objid, 0) AS name FROM pg_depend d
  WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = n.oid AND d.deptype = 'n' AND NOT EXISTS (
    SELECT FROM pg_depend x WHERE x.classid = d.classid AND x.objid = d.objid AND x.deptype = 'e')) h ON true
WHERE n.nspname !~ %(reserved)s GROUP BY n.oid, n.nspname, r.rolname
"""


def read(cursor: Cursor, capabilities: Capabilities) -> dict[str, Found]:
    """Schemas by name."""
    del capabilities
    found = {}
    for row in cursor.execute(QUERY, {"shown": SHOWN, "reserved": RESERVED_SCHEMAS}):
        facts = {"holds": tuple(row["holds"] or ()), "count": row["count"]}
        found[row["name"]] = Found(Schema(row["owner"]), facts)
    return found
