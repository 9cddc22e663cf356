"""Settings of the server, its worker processes, and the age of its transaction ids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from ....database.names import Relation
from .section import Sections

_SETTINGS = "SELECT name, setting, unit, source, context FROM pg_settings WHERE name = ANY (%s)"
# every role sees these names, which a scheduler and the launcher carry for as long as they live
_WORKERS = """
WITH schedulers AS (
  SELECT datname FROM pg_stat_activity WHERE application_name = 'TimescaleDB Background Worker Scheduler'
)
SELECT (SELECT count(*) FROM schedulers) AS all,
       (SELECT count(*) FROM schedulers WHERE datname = current_database()) AS here,
       current_setting('timescaledb.max_background_workers', true)::int AS background,
       current_setting('max_worker_processes')::int AS processes,
       current_setting('max_parallel_workers')::int AS parallel,
       current_setting('max_locks_per_transaction')::int
         * (current_setting('max_connections')::int + current_setting('max_prepared_transactions')::int) AS locks,
       pg_size_bytes(current_setting('shared_buffers')) AS buffers
"""
_DATABASES = """
SELECT datname AS name, age(datfrozenxid) AS xids, mxid_age(datminmxid) AS multixacts,
       current_setting('autovacuum_freeze_max_age')::bigint AS xid_limit,
       current_setting('autovacuum_multixact_freeze_max_age')::bigint AS multixact_limit,
       coalesce(current_setting('vacuum_failsafe_age', true)::bigint, 1600000000) AS failsafe
FROM pg_database WHERE datallowconn ORDER BY 2 DESC
"""
# a table may have a limit of its own, which counts where it is lower (routine vacuuming, PostgreSQL's manual)
_RELATIONS = """
SELECT * FROM (
  SELECT n.nspname AS schema, c.relname AS name, age(c.relfrozenxid) AS age,
         least(current_setting('autovacuum_freeze_max_age')::bigint, (
           SELECT o.option_value::bigint FROM pg_options_to_table(c.reloptions) o
           WHERE o.option_name = 'autovacuum_freeze_max_age')) AS own_limit
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'm') AND c.relfrozenxid <> '0'
) each WHERE age > own_limit ORDER BY age::float8 / own_limit DESC LIMIT 20
"""
_HOLDERS = """
SELECT 'prepared transaction' AS kind, gid AS name, age(transaction) AS age FROM pg_prepared_xacts
UNION ALL
SELECT 'replication slot', slot_name::text, greatest(age(xmin), age(catalog_xmin)) FROM pg_replication_slots
WHERE xmin IS NOT NULL OR catalog_xmin IS NOT NULL
UNION ALL
SELECT 'session', pid::text, greatest(age(backend_xmin), age(backend_xid)) FROM pg_stat_activity
WHERE (backend_xmin IS NOT NULL OR backend_xid IS NOT NULL) AND pid <> pg_backend_pid()
ORDER BY 3 DESC LIMIT 1
"""
_SEES_OTHERS = "SELECT pg_has_role(current_user, 'pg_read_all_stats', 'USAGE') AS sees"


class Setting(NamedTuple):
    """A setting as the server reports it: text, unit ("" for none), where it is from, and who may change it when."""

    value: str
    unit: str
    source: str = "configuration file"
    context: str = "user"


@dataclass(frozen=True)
class Workers:
    """schedulers: TimescaleDB's, one a database; here: whether this database has one. background, processes,
    parallel: the settings. locks: how many the server's lock table holds. buffers: bytes of shared_buffers."""

    schedulers: int = 1
    here: bool = True
    background: int | None = 16
    processes: int = 27
    parallel: int = 8
    locks: int = 6400
    buffers: int = 2**31


class Age(NamedTuple):
    """A database's or a table's oldest transaction id, counted in transactions since, and the limit for it."""

    name: str
    age: int
    limit: int


@dataclass(frozen=True)
class Ages:
    """databases, tables: those beyond their limit among them. multixacts: of databases. failsafe: the age at which
    VACUUM drops all else. holder: (kind, name, age) of what keeps ids from being frozen the longest."""

    databases: tuple[Age, ...] = ()
    multixacts: tuple[Age, ...] = ()
    tables: tuple[Age, ...] = ()
    failsafe: int = 1_600_000_000
    holder: tuple[str, str, int] | None = None


def settings(sections: Sections, names: list[str]) -> dict[str, Setting]:
    """The settings of these names."""
    rows = sections.cursor.execute(_SETTINGS, (names,))
    return {
        row["name"]: Setting(row["setting"] or "", row["unit"] or "", row["source"], row["context"]) for row in rows
    }


def workers(sections: Sections) -> Workers | None:
    """What runs and may run."""
    row = sections.cursor.execute(_WORKERS).fetchone()
    if row is None:  # pragma: no cover - a SELECT without FROM has a row
        return None
    return Workers(row["all"], row["here"] > 0, row["background"], row["processes"], row["parallel"], row["locks"],
                   row["buffers"])  # fmt: skip


def ages(sections: Sections) -> Ages:
    """Of this server's databases and this database's tables."""
    rows = sections.cursor.execute(_DATABASES).fetchall()
    tables = [
        Age(str(Relation(row["schema"], row["name"])), row["age"], row["own_limit"])
        for row in sections.cursor.execute(_RELATIONS)
    ]
    sees = sections.cursor.execute(_SEES_OTHERS).fetchone()
    if sees and not sees["sees"]:
        sections.miss("transactions of other sessions", "this role may not see them", sections.grant("pg_monitor"))
    holder = sections.cursor.execute(_HOLDERS).fetchone()
    return Ages(
        tuple(Age(row["name"], row["xids"], row["xid_limit"]) for row in rows),
        tuple(Age(row["name"], row["multixacts"], row["multixact_limit"]) for row in rows),
        tuple(tables),
        rows[0]["failsafe"] if rows else Ages.failsafe,
        (holder["kind"], holder["name"], holder["age"]) if holder else None,
    )
