"""What an operator may change by hand: one attribute at a time, in SQL written by hand, per edition.

Each row: the attribute in our terms (kind of value, field), the SQL, the object that drifts and the path that shows
it; {folder} stands for the folder of the migrations. A test compares this list with the fields of every wanted value,
so a new attribute without a row fails.
"""

from __future__ import annotations

from typing import NamedTuple


class Drift(NamedTuple):
    """One change by hand."""

    editions: str
    attribute: str
    sql: str
    object: str
    path: str


_JOB = "(SELECT job_id FROM timescaledb_information.jobs WHERE proc_name = '{}' AND hypertable_name = '{}')"
_RETENTION = _JOB.format("policy_retention", "readings")
_COLUMNSTORE = _JOB.format("policy_compression", "readings")
_REFRESH = _JOB.format("policy_refresh_continuous_aggregate", "hourly")
_CRON = "(SELECT jobid FROM cron.job WHERE jobname = 'tsdb {}')"
_READINGS, _HOURLY = "hypertable:public.readings", "continuous_aggregate:public.hourly"
BOTH, APACHE, COMMUNITY = "apache community", "apache", "community"

DRIFTS = [
    Drift(BOTH, "extension", "DROP EXTENSION IF EXISTS pg_stat_statements", "", ""),
    Drift(
        BOTH,
        "migrations.files",
        "DELETE FROM pulumi_timescaledb.migration WHERE name = '002_views.sql'",
        "migrations:{folder}",
        "files",
    ),
    Drift(BOTH, "role.login", "ALTER ROLE app NOLOGIN", "role:app", "login"),
    Drift(BOTH, "role.createdb", "ALTER ROLE app CREATEDB", "role:app", "createdb"),
    Drift(BOTH, "role.createrole", "ALTER ROLE app CREATEROLE", "role:app", "createrole"),
    Drift(BOTH, "role.inherit", "ALTER ROLE app NOINHERIT", "role:app", "inherit"),
    Drift(BOTH, "role.connection_limit", "ALTER ROLE app CONNECTION LIMIT 3", "role:app", "connection_limit"),
    Drift(BOTH, "role.member_of", "REVOKE keeper FROM app", "role:app", "member_of"),
    Drift(BOTH, "role.password_ref", "ALTER ROLE app PASSWORD 'changed-by-hand'", "role:app", "password_ref"),
    Drift(BOTH, "role.superuser", "ALTER ROLE app SUPERUSER", "role:app", "superuser"),
    Drift(BOTH, "role.replication", "ALTER ROLE app REPLICATION", "role:app", "replication"),
    Drift(BOTH, "role.bypassrls", "ALTER ROLE app BYPASSRLS", "role:app", "bypassrls"),
    Drift(BOTH, "role.valid_until", "ALTER ROLE app VALID UNTIL '2031-01-01'", "role:app", "valid_until"),
    Drift(
        BOTH,
        "role.settings",
        "ALTER ROLE app IN DATABASE lighthouse SET work_mem = '1GB'",
        "role:app",
        "settings.work_mem",
    ),
    Drift(BOTH, "role", "DROP ROLE app", "role:app", ""),
    Drift(
        BOTH,
        "hypertable.chunk_interval",
        "SELECT set_chunk_time_interval('readings', interval '36 hours')",
        _READINGS,
        "chunk_interval",
    ),
    Drift(
        BOTH,
        "hypertable.hash_dimensions",
        "SELECT set_number_partitions('readings', 5)",
        _READINGS,
        "hash_dimensions",
    ),
    Drift(BOTH, "hypertable.owner", "ALTER TABLE readings OWNER TO postgres", _READINGS, "owner"),
    Drift(BOTH, "index", "DROP INDEX readings_device", _READINGS, "indexes"),
    Drift(
        BOTH,
        "index.definition",
        "DROP INDEX readings_device; CREATE INDEX readings_device ON readings (device, at)",
        _READINGS,
        "indexes",
    ),
    Drift(
        BOTH,
        "index.definition",
        "DROP INDEX readings_high; CREATE INDEX readings_high ON readings (lower(device)) WHERE value > 5",
        _READINGS,
        "indexes",
    ),
    Drift(
        BOTH,
        "index.unique",
        "DROP INDEX readings_device; CREATE UNIQUE INDEX readings_device ON readings (device, at DESC)",
        _READINGS,
        "indexes",
    ),
    Drift(
        COMMUNITY,
        "columnstore",
        "SELECT remove_compression_policy('readings');ALTER TABLE readings SET (timescaledb.compress = false)",
        _READINGS,
        "columnstore",
    ),
    Drift(
        COMMUNITY,
        "columnstore.after",
        f"SELECT alter_job({_COLUMNSTORE}, config => (SELECT jsonb_set(config, '{{compress_after}}', '\"2 days\"') "
        f"FROM timescaledb_information.jobs WHERE job_id = {_COLUMNSTORE}))",
        _READINGS,
        "columnstore.after",
    ),
    Drift(
        COMMUNITY,
        "columnstore.after",
        "SELECT remove_compression_policy('readings')",
        _READINGS,
        "columnstore.after columnstore.schedule",
    ),
    Drift(
        COMMUNITY,
        "columnstore.segment_by",
        "ALTER TABLE readings SET (timescaledb.compress_segmentby = 'site')",
        _READINGS,
        "columnstore.segment_by",
    ),
    Drift(
        COMMUNITY,
        "columnstore.order_by",
        "ALTER TABLE readings SET (timescaledb.compress_orderby = 'at')",
        _READINGS,
        "columnstore.order_by",
    ),
    Drift(
        COMMUNITY,
        "columnstore.schedule",
        f"SELECT alter_job({_COLUMNSTORE}, schedule_interval => '5 minutes')",
        _READINGS,
        "columnstore.schedule",
    ),
    Drift(
        COMMUNITY,
        "columnstore.enabled",
        f"SELECT alter_job({_COLUMNSTORE}, scheduled => false)",
        _READINGS,
        "columnstore.enabled",
    ),
    Drift(COMMUNITY, "retention", "SELECT remove_retention_policy('readings')", _READINGS, "retention"),
    Drift(
        COMMUNITY,
        "retention.drop_after",
        f"SELECT alter_job({_RETENTION}, config => (SELECT jsonb_set(config, '{{drop_after}}', '\"14 weeks\"') "
        f"FROM timescaledb_information.jobs WHERE job_id = {_RETENTION}))",
        _READINGS,
        "retention.drop_after",
    ),
    Drift(
        COMMUNITY,
        "retention.schedule",
        f"SELECT alter_job({_RETENTION}, schedule_interval => '3 days')",
        _READINGS,
        "retention.schedule",
    ),
    Drift(
        COMMUNITY,
        "retention.enabled",
        f"SELECT alter_job({_RETENTION}, scheduled => false)",
        _READINGS,
        "retention.enabled",
    ),
    Drift(
        COMMUNITY,
        "aggregate.real_time",
        "ALTER MATERIALIZED VIEW hourly SET (timescaledb.materialized_only = false)",
        _HOURLY,
        "real_time",
    ),
    Drift(COMMUNITY, "aggregate.owner", "ALTER MATERIALIZED VIEW hourly OWNER TO postgres", _HOURLY, "owner"),
    Drift(COMMUNITY, "aggregate", "DROP MATERIALIZED VIEW daily", "continuous_aggregate:public.daily", ""),
    Drift(COMMUNITY, "refresh.policies", "SELECT remove_continuous_aggregate_policy('hourly')", _HOURLY, "refresh"),
    Drift(
        COMMUNITY,
        "refresh.policies",
        f"SELECT alter_job({_REFRESH}, schedule_interval => '2 hours')",
        _HOURLY,
        "refresh",
    ),
    Drift(COMMUNITY, "refresh.policies", f"SELECT alter_job({_REFRESH}, scheduled => false)", _HOURLY, "refresh"),
    Drift(
        COMMUNITY,
        "refresh.policies",
        f"SELECT alter_job({_REFRESH}, config => (SELECT jsonb_set(config, '{{start_offset}}', '\"5 days\"') "
        f"FROM timescaledb_information.jobs WHERE job_id = {_REFRESH}))",
        _HOURLY,
        "refresh",
    ),
    Drift(APACHE, "extension", "DROP EXTENSION pg_cron", "extension:pg_cron", ""),
    Drift(APACHE, "retention", "SELECT cron.unschedule('tsdb retention public.readings')", _READINGS, "retention"),
    Drift(
        APACHE,
        "retention.drop_after",
        f"SELECT cron.alter_job({_CRON.format('retention public.readings')}, "
        "command => 'SELECT drop_chunks(''public.readings'', interval ''99 days'')')",
        _READINGS,
        "retention.drop_after",
    ),
    Drift(
        APACHE,
        "retention.drop_after",
        f"SELECT cron.alter_job({_CRON.format('retention public.readings')}, command => 'SELECT 1')",
        _READINGS,
        "retention.drop_after",
    ),
    Drift(
        APACHE,
        "retention.schedule",
        f"SELECT cron.alter_job({_CRON.format('retention public.readings')}, schedule => '*/7 * * * *')",
        _READINGS,
        "retention.schedule",
    ),
    Drift(
        APACHE,
        "retention.enabled",
        f"SELECT cron.alter_job({_CRON.format('retention public.readings')}, active => false)",
        _READINGS,
        "retention.enabled",
    ),
    Drift(APACHE, "aggregate", "DROP MATERIALIZED VIEW daily", "continuous_aggregate:public.daily", ""),
    Drift(APACHE, "aggregate.owner", "ALTER MATERIALIZED VIEW hourly OWNER TO postgres", _HOURLY, "owner"),
    Drift(APACHE, "refresh.policies", "SELECT cron.unschedule('tsdb refresh public.hourly')", _HOURLY, "refresh"),
    Drift(
        APACHE,
        "refresh.policies",
        f"SELECT cron.alter_job({_CRON.format('refresh public.hourly')}, schedule => '*/5 * * * *')",
        _HOURLY,
        "refresh",
    ),
    Drift(
        APACHE,
        "refresh.policies",
        f"SELECT cron.alter_job({_CRON.format('refresh public.hourly')}, active => false)",
        _HOURLY,
        "refresh",
    ),
]
