"""Continuous aggregates as the catalog shows them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import psycopg

from ....units import Interval
from ... import queries, read_as
from ...capabilities import Capabilities
from ...kind import Cursor, Found
from ...names import Relation
from .wanted import Aggregate

# The direct view is the original query as the server re-rendered it; the user's view is internal in its definition. The
# server names the index of a grouping column after the materialization table; other indexes are somebody's own. Read
# from the catalog, because planning the information view with the rest takes 7 ms, and so 1 (measured on 2.28.3).
_VIEW = """(SELECT c.oid FROM pg_class c WHERE c.relname = g.{0}_name
   AND c.relnamespace = (SELECT n.oid FROM pg_namespace n WHERE n.nspname = g.{0}_schema))"""
QUERY = f"""
WITH a AS MATERIALIZED (
  SELECT g.*, {_VIEW.format("user_view")} AS view, {_VIEW.format("direct_view")} AS direct
  FROM _timescaledb_catalog.continuous_agg g
)
SELECT a.user_view_schema::text AS schema, a.user_view_name::text AS name, pg_get_userbyid(v.relowner)::text AS owner,
       a.materialized_only, pg_get_viewdef(a.direct) AS definition, r.schema_name::text AS source_schema,
       r.table_name::text AS source_name, h.schema_name AS own_schema, t.relname AS own_name,
       obj_description(v.oid, 'pg_class') AS comment, d.column_name::text AS time_column,
       CASE WHEN d.column_type::regtype = ANY (ARRAY['int2', 'int4', 'int8']::regtype[]) THEN d.interval_length END
         AS integer_interval,
       make_interval(secs => d.interval_length / 1000000.0)::text AS time_interval,
       (SELECT b.bucket_width FROM _timescaledb_catalog.continuous_aggs_bucket_function b
        WHERE b.mat_hypertable_id = h.id) AS bucket_width,
       (SELECT json_agg(json_build_array(coalesce(r.rolname, 'public'), g.privilege_type, g.is_grantable,
                                         r.oid IS NULL))
        FROM aclexplode(v.relacl) g LEFT JOIN pg_roles r ON r.oid = g.grantee WHERE g.grantee <> v.relowner) AS grants,
       (SELECT json_object_agg(f.attname, i.relname)
        FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
        JOIN pg_attribute f ON f.attrelid = t.oid AND f.attnum = x.indkey[0]
        JOIN pg_attribute s ON s.attrelid = t.oid AND s.attnum = x.indkey[1]
        WHERE x.indrelid = t.oid AND x.indnatts = 2 AND s.attname = d.column_name
          AND starts_with(i.relname::text, t.relname::text || '_')) AS group_indexes
FROM a JOIN _timescaledb_catalog.hypertable r ON r.id = a.raw_hypertable_id
JOIN _timescaledb_catalog.hypertable h ON h.id = a.mat_hypertable_id
JOIN pg_class v ON v.oid = a.view
JOIN pg_class t ON t.relname = h.table_name
  AND t.relnamespace = (SELECT n.oid FROM pg_namespace n WHERE n.nspname = h.schema_name)
JOIN _timescaledb_catalog.dimension d ON d.hypertable_id = h.id AND d.interval_length IS NOT NULL
"""  # noqa: S608 - made of the texts above alone
_BESIDE = """
SELECT view_definition AS definition,
       (SELECT min(coalesce(k.range_start::text, k.range_start_integer::text)) FROM timescaledb_information.chunks k
        WHERE k.hypertable_schema = a.materialization_hypertable_schema
          AND k.hypertable_name = a.materialization_hypertable_name) AS begins
FROM timescaledb_information.continuous_aggregates a WHERE view_schema = %s AND view_name = %s
"""


_VALIDATE = "SELECT * FROM _timescaledb_functions.cagg_validate_query(%s)"
_NO_PRIVILEGE = "42501"  # insufficient_privilege
_PARAMETER = re.compile(r"\$[0-9]")  # it puts NULL in place of these, also within a name in quotes (measured on 2.28.3)
# functions and operators stand in a parsed query by number; the words of the clock are nodes of their own. Those that
# depend on settings alone (STABLE, such as a cast to date) are left to the author; the clock's are named here.
_RESTLESS = r"""
SELECT DISTINCT p.proname AS name FROM pg_rewrite w,
  regexp_matches(w.ev_action::text, ':(?:funcid|opfuncid|aggfnoid) (\d+)', 'g') AS called (number)
  JOIN pg_proc p ON p.oid = called.number[1]::oid
WHERE w.ev_class = 'pg_temp.tsdb_query'::regclass AND (p.provolatile = 'v' OR p.oid IN (
  'pg_catalog.now()'::regprocedure, 'pg_catalog.transaction_timestamp()'::regprocedure,
  'pg_catalog.statement_timestamp()'::regprocedure, 'pg_catalog.age(timestamptz)'::regprocedure))
UNION SELECT 'CURRENT_TIMESTAMP' FROM pg_rewrite w
WHERE w.ev_class = 'pg_temp.tsdb_query'::regclass AND w.ev_action::text LIKE '%{SQLVALUEFUNCTION%' ORDER BY 1
"""


def read(cursor: Cursor, capabilities: Capabilities) -> dict[str, Found]:
    """Aggregates by relation."""
    if not capabilities.tsl:
        return {}
    found = {}
    for row in cursor.execute(QUERY):
        relation = Relation(row["schema"], row["name"])
        query = queries.normal(row["definition"])
        groups = tuple(each for each in queries.grouping_columns(query) if each != row["time_column"])
        found[str(relation)] = Found(
            Aggregate(
                query,
                not row["materialized_only"],
                row["owner"],
                _interval(row["time_interval"], row["integer_interval"]),
                _indexed(groups, row["group_indexes"] or {}),
            ),
            _facts(row, relation, groups) | {"adds_columns": capabilities.adds_aggregate_columns},
        )
    return found


def _facts(row: Mapping[str, Any], relation: Relation, groups: tuple[str, ...]) -> dict[str, Any]:
    return {
        "relation": relation,
        "source": Relation(row["source_schema"], row["source_name"]),
        "materialization": Relation(row["own_schema"], row["own_name"]),
        "time_column": row["time_column"],
        "definition": row["definition"].strip().rstrip(";"),
        "bucket": row["bucket_width"],
        "comment": row["comment"],
        "grants": [tuple(each) for each in row["grants"] or ()],
        "group_columns": groups,
        "group_indexes": row["group_indexes"] or {},
    }


def _interval(time: str, number: int | None) -> Interval | int:
    return Interval.parse(time).fixed if number is None else number


def _indexed(groups: tuple[str, ...], indexes: Mapping[str, str]) -> bool | None:
    """Whether all or none of the grouping columns have their index; None for some of them, or no such column."""
    have = {each in indexes for each in groups}
    return have.pop() if len(have) == 1 else None


def respell(cursor: Cursor, wanted: Aggregate, found: Found) -> Found:
    """Where the server spells the wanted query like the live one, they are the same query.

    Otherwise facts say what stands between them: "added" the columns that the wanted one has at its end, "beside" what
    is known of the aggregate that is to be swapped in.
    """
    value, facts = found.value, dict(found.facts)
    if not facts["group_columns"]:  # nothing to have an index: as wanted
        value = replace(value, group_indexes=wanted.group_indexes)
    described = queries.describe(cursor, wanted.query)
    if described is None:
        return Found(value, facts)
    text = queries.normal(described.text)
    if text == value.query:
        return Found(replace(value, query=wanted.query), facts)
    if facts["adds_columns"]:
        facts["added"] = queries.appended(described, facts["definition"])
    if wanted.swap_in is not None:
        relation = Relation.parse(wanted.swap_in)
        row = cursor.execute(_BESIDE, tuple(relation)).fetchone()
        own = cursor.execute(_BESIDE, tuple(facts["relation"])).fetchone()
        if row and own:
            same = queries.normal(row["definition"]) == text
            facts["beside"] = {"same": same, "begins": row["begins"], "old_begins": own["begins"]}
    return Found(value, facts)


def objections(cursor: Cursor, key: str, wanted: Aggregate) -> list[str]:
    """What the server's own validation says, and which functions would give another result at every refresh."""
    del key
    query = queries.body(wanted.query)
    try:
        with queries.trial(cursor):
            row = cursor.execute(_VALIDATE, (query,)).fetchone()
    except psycopg.errors.FeatureNotSupported:
        return []  # the Apache edition has the function and does not run it; it has no aggregates either
    if row is not None and row["error_code"] == _NO_PRIVILEGE and read_as.chosen():
        row = None  # the deploying role may read it; its run is told
    if row is not None and not row["is_valid"] and not _PARAMETER.search(query):
        words = "; ".join(
            " ".join(row[name].split()).rstrip(".")
            for name in ("error_message", "error_detail", "error_hint")
            if row[name]
        )
        return [f"its query is refused by the server ({words}); change query"]
    with queries.trial(cursor):
        if queries.canonical(cursor, query) is None:
            return []
        names = [row["name"] for row in cursor.execute(_RESTLESS)]
    if not names:
        return []
    return [
        f"its query calls {', '.join(names)}, which gives another result at every refresh; take it out of query and "
        f"ask it of the aggregate instead"
    ]
