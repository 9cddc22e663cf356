ALTER TABLE check_history SET (timescaledb.enable_columnstore, timescaledb.segmentby = 'subscription_id', timescaledb.orderby = 'time DESC');
SELECT add_compression_policy('check_history', interval '7 days');
SELECT add_retention_policy('check_history', interval '90 days');
SELECT add_retention_policy('alert_history', interval '90 days');
CREATE MATERIALIZED VIEW hourly_metrics WITH (timescaledb.continuous) AS
  SELECT time_bucket('1 hour', time) AS hour, subscription_id, count(*) AS checks,
         count(*) FILTER (WHERE status = 'up') AS checks_up, avg(latency_ms) AS latency_avg_ms
  FROM check_history GROUP BY hour, subscription_id
  WITH NO DATA;
CREATE MATERIALIZED VIEW daily_metrics WITH (timescaledb.continuous) AS
  SELECT time_bucket('1 day', hour) AS day, subscription_id, sum(checks_up) / sum(checks) AS uptime_ratio
  FROM hourly_metrics GROUP BY day, subscription_id
  WITH NO DATA;
SELECT add_continuous_aggregate_policy('hourly_metrics', interval '3 days', interval '1 hour', interval '1 hour');
SELECT add_continuous_aggregate_policy('daily_metrics', interval '7 days', interval '1 day', interval '6 hours');
SELECT add_retention_policy('hourly_metrics', interval '2 years');
