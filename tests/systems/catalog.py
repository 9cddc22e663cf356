"""What is in a database, asked by hand-written queries that share nothing with the library's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..engine.trial import catalog_queries
from ..support.fix_database import Database

FOLDER = Path(__file__).parent
OURS = r"n.nspname !~ '^(pg_|_timescaledb|timescaledb_|information_schema|pulumi_timescaledb|cron)'"
NOT_OF_AN_EXTENSION = "NOT EXISTS (SELECT FROM pg_depend e WHERE e.objid = {} AND e.deptype = 'e')"
ACL = "(SELECT array_agg(x::text ORDER BY x::text) FROM unnest({}) x)"
# rights that were never changed are not stored
RELATION = "coalesce(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::\"char\", c.relowner))"
SCHEMA = "coalesce(nspacl, acldefault('n', nspowner))"
FUNCTION = "coalesce(p.proacl, acldefault('f', p.proowner))"
QUERIES = (
    f"SELECT 'schema', nspname, nspowner::regrole::text, {ACL.format(SCHEMA)} "
    f"FROM pg_namespace n WHERE {OURS} ORDER BY 2",
    "SELECT 'relation', n.nspname, c.relname, c.relkind, c.relowner::regrole::text, c.relpersistence, "
    "(SELECT array_agg(replace(o, '=on', '=true') ORDER BY o) FROM unnest(c.reloptions) o), "
    f"c.relrowsecurity, c.relforcerowsecurity, c.relreplident, {ACL.format(RELATION)} FROM pg_class c "
    f"JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'i', 'I') AND {OURS} "
    f"AND {NOT_OF_AN_EXTENSION.format('c.oid')} ORDER BY 2, 3",
    "SELECT 'column', n.nspname, c.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, "
    "a.attidentity, a.attgenerated, a.attcollation::regcollation::text, a.attstorage, a.attstattarget, "
    "(SELECT array_agg(o ORDER BY o) FROM unnest(a.attoptions) o WHERE o !~ '^pg_attver='), "
    f"pg_get_expr(d.adbin, d.adrelid), {ACL.format('a.attacl')} FROM pg_attribute a "
    "JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace "
    "LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum WHERE a.attnum > 0 AND NOT a.attisdropped "
    f"AND c.relkind IN ('r', 'p', 'v', 'm', 'c') AND {OURS} AND {NOT_OF_AN_EXTENSION.format('c.oid')} "
    "ORDER BY 2, 3, 5",
    "SELECT 'constraint', n.nspname, c.conrelid::regclass::text, c.conname, pg_get_constraintdef(c.oid), "
    f"c.convalidated FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace WHERE {OURS} ORDER BY 2, 3, 4",
    f"SELECT 'index', schemaname, tablename, indexname, indexdef FROM pg_indexes i "
    f"JOIN pg_namespace n ON n.nspname = i.schemaname WHERE {OURS} ORDER BY 2, 3, 4",
    "SELECT 'view', n.nspname, c.relname, pg_get_viewdef(c.oid) FROM pg_class c "
    "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('v', 'm') "
    f"AND {OURS} AND {NOT_OF_AN_EXTENSION.format('c.oid')} AND pg_get_viewdef(c.oid) !~ '_materialized_hypertable' "
    "ORDER BY 2, 3",
    f"SELECT 'function', p.oid::regprocedure::text, p.proowner::regrole::text, {ACL.format(FUNCTION)}, "
    "pg_get_functiondef(p.oid) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
    f"WHERE p.prokind <> 'a' AND {OURS} AND {NOT_OF_AN_EXTENSION.format('p.oid')} ORDER BY 2",
    "SELECT 'type', t.oid::regtype::text, t.typtype, t.typowner::regrole::text, t.typnotnull, t.typdefault, "
    "(SELECT array_agg(l.enumlabel ORDER BY l.enumsortorder) FROM pg_enum l WHERE l.enumtypid = t.oid) FROM pg_type t "
    f"JOIN pg_namespace n ON n.oid = t.typnamespace WHERE {OURS} AND {NOT_OF_AN_EXTENSION.format('t.oid')} ORDER BY 2",
    "SELECT 'sequence', schemaname, sequencename, sequenceowner, data_type::text, start_value, min_value, max_value, "
    "increment_by, cycle, cache_size, pg_get_serial_sequence(NULL, NULL) FROM pg_sequences s "
    f"JOIN pg_namespace n ON n.nspname = s.schemaname WHERE {OURS} ORDER BY 2, 3",
    "SELECT 'owned', d.objid::regclass::text, d.refobjid::regclass::text, d.refobjsubid FROM pg_depend d "
    "JOIN pg_class c ON c.oid = d.objid AND c.relkind = 'S' JOIN pg_namespace n ON n.oid = c.relnamespace "
    f"WHERE d.deptype IN ('a', 'i') AND {OURS} AND {NOT_OF_AN_EXTENSION.format('c.oid')} ORDER BY 2",
    "SELECT 'trigger', n.nspname, c.relname, t.tgname, t.tgenabled, pg_get_triggerdef(t.oid) FROM pg_trigger t "
    "JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace "
    f"WHERE NOT t.tgisinternal AND {OURS} ORDER BY 2, 3, 4",
    "SELECT 'policy', schemaname, tablename, policyname, permissive, roles::text, cmd, qual, with_check "
    "FROM pg_policies ORDER BY 2, 3, 4",
    f"SELECT 'rights on', datname, {ACL.format('datacl')} FROM pg_database WHERE datname = current_database()",
    f"SELECT 'rights on', nspname, {ACL.format('nspacl')} FROM pg_namespace "
    "WHERE nspname IN ('_timescaledb_internal', 'cron') ORDER BY 2",
    f"SELECT 'rights on', p.oid::regprocedure::text, {ACL.format('p.proacl')} FROM pg_proc p "
    "JOIN pg_depend e ON e.objid = p.oid AND e.deptype = 'e' WHERE p.proacl IS NOT NULL "
    "AND p.pronamespace = 'public'::regnamespace ORDER BY 2",
    f"SELECT 'rights on', t.oid::regtype::text, {ACL.format('t.typacl')} FROM pg_type t WHERE t.typacl IS NOT NULL "
    "ORDER BY 2",
    "SELECT 'role attributes', rolname, rolvaliduntil, rolbypassrls, s.setconfig FROM pg_roles r "
    "LEFT JOIN pg_db_role_setting s ON s.setrole = r.oid AND s.setdatabase <> 0 WHERE rolname !~ '^pg_' ORDER BY 2",
    "SELECT 'rule', schemaname, tablename, rulename, definition FROM pg_rules r "
    f"JOIN pg_namespace n ON n.nspname = r.schemaname WHERE {OURS} ORDER BY 2, 3, 4",
    "SELECT 'statistics', pg_get_statisticsobjdef(oid) FROM pg_statistic_ext ORDER BY 2",
    "SELECT 'default rights', d.defaclrole::regrole::text, d.defaclnamespace::regnamespace::text, d.defaclobjtype, "
    f"{ACL.format('d.defaclacl')} FROM pg_default_acl d ORDER BY 2, 3, 4",
    "SELECT 'comment', i.type, i.identity, d.description FROM pg_description d "
    "CROSS JOIN pg_identify_object(d.classoid, d.objoid, d.objsubid) i WHERE d.objoid >= 16384 "
    "AND i.schema IS DISTINCT FROM 'pg_catalog' AND i.identity !~ '^_timescaledb' "
    f"AND i.type <> 'extension' AND {NOT_OF_AN_EXTENSION.format('d.objoid')} ORDER BY 2, 3",
    "SELECT 'partition', i.inhparent::regclass::text, i.inhrelid::regclass::text, pg_get_expr(c.relpartbound, c.oid) "
    "FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_namespace n ON n.oid = c.relnamespace "
    f"WHERE c.relispartition AND {OURS} ORDER BY 2, 3",
    "SELECT 'dimension of', hypertable_schema, hypertable_name, dimension_number, column_name, column_type::text, "
    "dimension_type, time_interval::text, integer_interval, integer_now_func, num_partitions "
    "FROM timescaledb_information.dimensions WHERE hypertable_schema !~ '^_' ORDER BY 2, 3, 4",
)


def load(database: Database, system: str) -> None:
    """Build a system: its plain part and its hypertables, and what this edition can have on top of them."""
    database.sql((FOLDER / f"{system}.sql").read_text(encoding="utf-8"))
    more = FOLDER / f"{system}_{database.edition}.sql"
    if more.exists():
        database.sql(more.read_text(encoding="utf-8"))


def catalog(database: Database) -> list[tuple[Any, ...]]:
    """Rows, moving columns left out; the ledger is the library's and not the user's."""
    queries = [query for query in catalog_queries(database.edition) if "pulumi_timescaledb" not in query]
    if not database.sql("SELECT 1 FROM pg_extension WHERE extname = 'pg_cron'"):
        queries = [query for query in queries if "cron.job" not in query]
    # one length of time has many spellings, and a job keeps the one that its writer chose
    queries = [each.replace("schedule_interval::text", "justify_hours(schedule_interval)::text") for each in queries]
    rows = [row for query in [*queries, *QUERIES] for row in database.sql(query)]
    return [row for row in rows if row[:2] != ("schema", "pulumi_timescaledb")]
