"""The schema ``pulumi_timescaledb`` in the managed database: what we did, and which parts are ours.

``migration`` records each applied file with its checksum, ``migration_started`` one that runs outside of a transaction
and has not come to its end. ``history`` records every statement with its time, role and
acknowledgement. ``made`` names the policies and jobs that we created, because only those are removed when a
declaration disappears. ``owner`` names the stack that manages an object, because two would undo each other. ``hold``
names the objects that are left alone for a while. It lives in the database, so a lost Pulumi state loses none of it.
"""

from __future__ import annotations

from psycopg import sql

from .kind import Cursor

CREATE = sql.SQL(
    """
CREATE SCHEMA IF NOT EXISTS pulumi_timescaledb;
CREATE TABLE IF NOT EXISTS pulumi_timescaledb.migration (
  directory text NOT NULL, name text NOT NULL, checksum text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT clock_timestamp(), applied_by text NOT NULL DEFAULT session_user,
  PRIMARY KEY (directory, name));
CREATE TABLE IF NOT EXISTS pulumi_timescaledb.migration_started (
  directory text NOT NULL, name text NOT NULL, checksum text NOT NULL,
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(), PRIMARY KEY (directory, name));
CREATE TABLE IF NOT EXISTS pulumi_timescaledb.history (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT clock_timestamp(), role text NOT NULL DEFAULT session_user,
  kind text NOT NULL, object text NOT NULL, sentence text NOT NULL, acknowledgement text);
CREATE TABLE IF NOT EXISTS pulumi_timescaledb.made (
  kind text NOT NULL, object text NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (kind, object));
CREATE TABLE IF NOT EXISTS pulumi_timescaledb.owner (
  object text PRIMARY KEY, stack text NOT NULL, since timestamptz NOT NULL DEFAULT clock_timestamp());
CREATE TABLE IF NOT EXISTS pulumi_timescaledb.hold (
  kind text NOT NULL, object text NOT NULL, until timestamptz NOT NULL, reason text NOT NULL DEFAULT '',
  by text NOT NULL DEFAULT session_user, at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (kind, object));
"""
)
# a role that may not look into the schema sees no ledger; to_regclass would be an error for it
_TABLES = """
SELECT c.relname::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'pulumi_timescaledb' AND c.relkind = 'r'
  AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
"""
RECORD = """
INSERT INTO pulumi_timescaledb.history (kind, object, sentence, acknowledgement) VALUES (%s, %s, %s, %s)
"""
MADE = "INSERT INTO pulumi_timescaledb.made (kind, object) VALUES (%s, %s) ON CONFLICT DO NOTHING"
UNMADE = "DELETE FROM pulumi_timescaledb.made WHERE kind = %s AND object = %s"
RENAMED = sql.SQL(
    """
WITH moved AS (DELETE FROM pulumi_timescaledb.made WHERE object = %(before)s RETURNING kind, at)
INSERT INTO pulumi_timescaledb.made (kind, object, at) SELECT kind, %(after)s, at FROM moved ON CONFLICT DO NOTHING
"""
)
READ_MADE = "SELECT kind, object FROM pulumi_timescaledb.made"
CLAIM = """
INSERT INTO pulumi_timescaledb.owner (object, stack) VALUES (%s, %s)
ON CONFLICT (object) DO UPDATE SET stack = excluded.stack, since = clock_timestamp()
"""
DISCLAIM = "DELETE FROM pulumi_timescaledb.owner WHERE object = %s"
READ_OWNERS = "SELECT object, stack FROM pulumi_timescaledb.owner"
USES = """
SELECT kind || ':' || object AS object, count(DISTINCT acknowledgement) AS uses FROM pulumi_timescaledb.history
WHERE acknowledgement IS NOT NULL GROUP BY 1
"""
HOLD = """
INSERT INTO pulumi_timescaledb.hold (kind, object, until, reason, by) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (kind, object) DO UPDATE SET until = excluded.until, reason = excluded.reason, by = excluded.by,
  at = clock_timestamp()
"""
UNHOLD = "DELETE FROM pulumi_timescaledb.hold WHERE kind = %s AND object = %s"
READ_HOLDS = """
SELECT kind, object, until, reason, by, at, until > now() AS in_force FROM pulumi_timescaledb.hold ORDER BY 1, 2
"""
READ_HISTORY = """
SELECT at, role, kind, object, sentence, acknowledgement FROM pulumi_timescaledb.history
WHERE %(kind)s::text IS NULL OR (kind = %(kind)s AND object = %(object)s) ORDER BY id DESC LIMIT %(limit)s
"""
READ_NAMES = "SELECT DISTINCT kind, object FROM pulumi_timescaledb.history"


def tables(cursor: Cursor) -> set[str]:
    """The tables of the ledger that are there and may be read; an older ledger has fewer."""
    return {row["name"] for row in cursor.execute(_TABLES)}
