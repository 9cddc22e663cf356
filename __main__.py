"""Lighthouse, a monitoring service: its database, the host that runs it and the outputs, all on this page."""

import pulumi
import pulumi_timescaledb as timescaledb
from pulumi_timescaledb import environment

settings = environment.settings()
host = environment.host(settings)
columnstore_after = str(settings.retention.columnstore_after)
drop_checks_after = str(settings.retention.check_retention)
drop_metrics_after = str(settings.metrics_retention)
app_password = settings.server.app_password_ref  # without one the role cannot log in

HOURLY = """
SELECT time_bucket('1 hour', time) AS hour, subscription_id,
       count(*) AS checks, count(*) FILTER (WHERE status = 'up') AS checks_up,
       count(latency_ms) AS latencies, sum(latency_ms) AS latency_sum_ms,
       avg(latency_ms) AS latency_avg_ms, max(latency_ms) AS latency_max_ms
FROM check_history GROUP BY hour, subscription_id"""
DAILY = """
SELECT time_bucket('1 day', hour) AS day, subscription_id,
       sum(checks)::bigint AS checks, sum(checks_up)::bigint AS checks_up, sum(checks_up) / sum(checks) AS uptime_ratio,
       sum(latency_sum_ms) / nullif(sum(latencies), 0) AS latency_avg_ms, max(latency_max_ms) AS latency_max_ms
FROM hourly_metrics GROUP BY day, subscription_id"""  # from sums and counts, so as exact as from the checks themselves

objects = [
    *(timescaledb.extension(name=name) for name in ("timescaledb", "pg_stat_statements")),
    *([timescaledb.extension(name="pg_cron")] if settings.is_distribution else []),
    timescaledb.role(name="lighthouse_app", login=True, password_ref=app_password) if app_password
    else timescaledb.role(name="lighthouse_app", login=False),
    timescaledb.migrations(directory="migrations"),  # users, subscriptions, alert_channels and both tables of history
    timescaledb.hypertable(
        table="check_history", time_column="time", chunk_interval="1 day",
        indexes=[{"name": "check_history_time_idx", "columns": ["time DESC"]},
                 {"name": "check_history_subscription_time_idx", "columns": ["subscription_id", "time DESC"]}],
        columnstore={"after": columnstore_after, "segment_by": ["subscription_id"],
                     "order_by": [{"column": "time", "descending": True}]},
        retention={"drop_after": drop_checks_after}),
    timescaledb.hypertable(
        table="alert_history", time_column="time", chunk_interval="7 days",
        indexes=[{"name": "alert_history_subscription_time_idx", "columns": ["subscription_id", "time DESC"]}],
        columnstore={"after": columnstore_after, "segment_by": ["subscription_id"],
                     "order_by": [{"column": "time", "descending": True}, {"column": "id"}]},
        retention={"drop_after": drop_checks_after}),
    timescaledb.continuous_aggregate(
        name="hourly_metrics", source="check_history", query=HOURLY, real_time=False,
        refresh=[{"start_offset": "3 days", "end_offset": "1 hour", "schedule": "1 hour"}],
        columnstore={"after": columnstore_after, "segment_by": ["subscription_id"],
                     "order_by": [{"column": "hour", "descending": True}]},
        retention={"drop_after": drop_metrics_after}),
    timescaledb.continuous_aggregate(
        name="daily_metrics", source="hourly_metrics", query=DAILY, real_time=False,
        refresh=[{"start_offset": "7 days", "end_offset": "1 day", "schedule": "6 hours"}],
        retention={"drop_after": drop_metrics_after}),
]  # fmt: skip
timescaledb.DatabaseObjects("lighthouse", {"connection": host.connection, "data_volume": host.data_volume,
                                           "objects": objects,
                                           "apache_fallback": settings.retention.apache_fallback})  # fmt: skip
for name, value in environment.outputs(host).items():
    pulumi.export(name, value)
