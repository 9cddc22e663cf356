"""What is there and no declaration can say: looked for in the catalogs, so that nothing is passed over in silence.

A kind of object that becomes declarable takes its line from here and gets one in :mod:`.writers`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...database.ddl.item import Left
from ...database.kind import Cursor
from ...database.names import Relation, quoted
from . import baseline, privileges
from .survey import JOB, Survey

NO_KIND = "there is no declaration for it"
NO_ARGUMENT = "the declaration has no argument for it"
WALKED_AROUND = (
    "whoever may read the table reads its chunks past every policy, so a plan refuses to set it up and the baseline "
    "makes it as well; `tsdb doctor` says what to do"
)
NOT_ALONE = "another job has the same name; give each a name of its own"

# jobs that are declared with their relation, and what of their configuration is
POLICIES = {
    "policy_retention": {"hypertable_id", "drop_after", "drop_created_before"},
    "policy_compression": {"hypertable_id", "compress_after", "compress_created_before"},
    "policy_reorder": {"hypertable_id", "index_name"},
    "policy_compaction": {"hypertable_id", "max_chunks", "max_batches", "inactive_for"},
    "policy_refresh_continuous_aggregate": {"mat_hypertable_id", "start_offset", "end_offset"},
}
# ids below 1000 are TimescaleDB's own; its defaults for retries differ by policy and are the server's affair
_JOBS = """
SELECT j.job_id, j.proc_schema::text AS schema, j.proc_name::text AS name, j.fixed_schedule, j.initial_start,
       coalesce(a.view_schema, j.hypertable_schema)::text AS relation_schema,
       coalesce(a.view_name, j.hypertable_name)::text AS relation,
       (SELECT array_agg(k ORDER BY k) FROM jsonb_object_keys(j.config) k) AS keys
FROM timescaledb_information.jobs j LEFT JOIN timescaledb_information.continuous_aggregates a
  ON a.materialization_hypertable_schema = j.hypertable_schema AND a.materialization_hypertable_name = j.hypertable_name
WHERE j.job_id >= 1000 ORDER BY j.job_id
"""
_HYPERTABLES = """
SELECT h.schema_name AS schema, h.table_name AS name, h.associated_schema_name AS chunks, d.column_name AS "column",
       d.partitioning_func_schema || '.' || d.partitioning_func AS function, d.num_slices IS NULL AS by_range
FROM _timescaledb_catalog.hypertable h JOIN _timescaledb_catalog.dimension d ON d.hypertable_id = h.id
WHERE h.schema_name !~ '^_timescaledb' ORDER BY 1, 2, d.id
"""
# an aggregate's table gets an index over each group and the bucket by itself (facts: "cagg group indexes")
_AGGREGATE_INDEXES = """
SELECT i.relname AS name, a.view_schema AS schema, a.view_name AS view
FROM timescaledb_information.continuous_aggregates a
JOIN pg_namespace n ON n.nspname = a.materialization_hypertable_schema
JOIN pg_class c ON c.relname = a.materialization_hypertable_name AND c.relnamespace = n.oid
JOIN pg_index x ON x.indrelid = c.oid JOIN pg_class i ON i.oid = x.indexrelid
WHERE left(i.relname, length('_materialized_hypertable_')) <> '_materialized_hypertable_' ORDER BY 2, 3, 1
"""
# a view that stands for an aggregate needs one unique key for its refresh, which is made with it
_VIEW_INDEXES = """
SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS view, quote_ident(i.relname) AS name,
       row_number() OVER (PARTITION BY c.oid ORDER BY NOT x.indisunique, i.relname) = 1 AND x.indisunique AS key
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'm' ORDER BY 1, 2
"""
_ROLES = """
SELECT r.rolname AS name, r.rolcanlogin AS login,
       EXISTS (SELECT FROM pg_db_role_setting s WHERE s.setrole = r.oid AND s.setdatabase = 0) AS settings
FROM pg_roles r ORDER BY 1
"""
_NEEDS = """
SELECT e.extname AS name, string_agg(n.extname, ', ' ORDER BY n.extname) AS needs FROM pg_depend d
JOIN pg_extension e ON d.classid = 'pg_extension'::regclass AND e.oid = d.objid
JOIN pg_extension n ON d.refclassid = 'pg_extension'::regclass AND n.oid = d.refobjid GROUP BY 1 ORDER BY 1
"""
_CRON = "SELECT jobid, coalesce(jobname, '') AS name FROM cron.job WHERE database = current_database() ORDER BY 1"


def read(cursor: Cursor, survey: Survey, declared: Mapping[str, frozenset[str]]) -> Iterator[Left]:
    """Each, with its reason; declared: the keys of what is declared, by kind."""
    can = survey.snapshot.capabilities
    yield from _extensions(cursor, survey, declared["extension"])
    yield from _roles(cursor, survey, declared["role"])
    yield from _hypertables(cursor)
    yield from privileges.mixed(survey)
    for key in sorted(declared["row_level_security"]):
        if baseline.walked_around(survey, key):
            yield Left(f"chunks of row level security {key}", WALKED_AROUND)
    if can.tsl:
        yield from _jobs(cursor, survey)
        for row in cursor.execute(_AGGREGATE_INDEXES).fetchall():
            view = Relation(row["schema"], row["view"])
            yield Left(f"index {quoted(row['name'])} of continuous aggregate {view}", NO_ARGUMENT)
    if can.cron is not None:
        keys = [*declared["hypertable"], *declared["continuous_aggregate"]]
        ours = {f"tsdb {job} {key}" for key in keys for job in ("retention", "refresh")}
        ours |= {f"{JOB}{key}" for key in declared["job"]}
        for row in cursor.execute(_VIEW_INDEXES).fetchall():
            key = str(Relation.parse(row["view"]))
            if key in declared["continuous_aggregate"] and not row["key"]:
                yield Left(f"index {row['name']} of continuous aggregate {key}", NO_ARGUMENT)
        for row in cursor.execute(_CRON).fetchall():
            if row["name"] not in ours:
                yield Left(f"pg_cron job {row['jobid']} {row['name']}".rstrip(), NO_KIND)


def _extensions(cursor: Cursor, survey: Survey, declared: frozenset[str]) -> Iterator[Left]:
    for name, found in sorted(survey.snapshot.found["extension"].items()):
        if name not in declared and name != "plpgsql":
            where = found.value.schema
            reason = f"it lives in the schema {where}, which is made after extensions; add it with schema="
            yield Left(f"extension {name}", reason)
    for row in cursor.execute(_NEEDS).fetchall():
        if row["name"] in declared and row["needs"] != "plpgsql":
            yield Left(f"that extension {row['name']} needs {row['needs']}", NO_ARGUMENT)


def _roles(cursor: Cursor, survey: Survey, declared: frozenset[str]) -> Iterator[Left]:
    for row in cursor.execute(_ROLES).fetchall():
        name = row["name"]
        role = survey.roles.get(name)
        if role is None or name == survey.snapshot.capabilities.role:
            continue
        if role.superuser:
            yield Left(f"role {quoted(name)}", "it is a superuser, who manages the server and not this database")
        elif name not in declared:
            yield Left(f"role {quoted(name)}", "only other databases of this server use it")
        else:
            if row["login"]:
                yield Left(f"password of role {quoted(name)}", "nobody can read it; declare password_ref to manage it")
            if row["settings"]:
                yield Left(f"settings of role {quoted(name)} in all databases", NO_ARGUMENT)


def _hypertables(cursor: Cursor) -> Iterator[Left]:
    seen: set[Relation] = set()
    for row in cursor.execute(_HYPERTABLES).fetchall():
        relation = Relation(row["schema"], row["name"])
        if relation not in seen:
            seen.add(relation)
            if row["chunks"] != "_timescaledb_internal":
                yield Left(f"schema {quoted(row['chunks'])} for the chunks of hypertable {relation}", NO_ARGUMENT)
        # a range needs no function, a hash has TimescaleDB's own
        usual = None if row["by_range"] else "_timescaledb_functions.get_partition_hash"
        if row["function"] != usual:
            name = f"function {row['function']} that partitions {relation} by {quoted(row['column'])}"
            yield Left(name, NO_ARGUMENT)


def _jobs(cursor: Cursor, survey: Survey) -> Iterator[Left]:
    known_jobs = [found for kind in ("job", "partitioned_retention") for found in survey.snapshot.found[kind].values()]
    alone = {found.facts["job_id"]: not found.facts["others"] for found in known_jobs}
    alone |= dict.fromkeys((each for found in known_jobs for each in found.facts["others"]), False)
    for row in cursor.execute(_JOBS).fetchall():
        if row["job_id"] in alone:
            if not alone[row["job_id"]]:  # else it is declared, or was said why not
                yield Left(f"job {row['job_id']} ({_of(row)})", NOT_ALONE)
            continue
        job = f"job {row['job_id']} ({_of(row)})"
        known = POLICIES.get(row["name"]) if row["schema"] == "_timescaledb_functions" else None
        if known is None:
            yield Left(job, NO_KIND)
            continue
        for key in sorted(set(row["keys"] or ()) - known):
            yield Left(f"{key} of {job}", NO_ARGUMENT)
        if row["fixed_schedule"] or row["initial_start"] is not None:
            yield Left(f"the fixed start of {job}", NO_ARGUMENT)


def _of(row: Mapping[str, Any]) -> str:
    procedure = Relation(row["schema"], row["name"])
    return f"{procedure} of {Relation(row['relation_schema'], row['relation'])}" if row["relation"] else str(procedure)
