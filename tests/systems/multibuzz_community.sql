ALTER TABLE events SET (timescaledb.enable_columnstore, timescaledb.segmentby = 'account_id', timescaledb.orderby = 'occurred_at DESC, id');
ALTER TABLE sessions SET (timescaledb.enable_columnstore, timescaledb.segmentby = 'account_id');
SELECT add_compression_policy('events', interval '7 days');
SELECT add_compression_policy('sessions', interval '30 days');
CREATE MATERIALIZED VIEW channel_attribution_daily WITH (timescaledb.continuous, timescaledb.materialized_only = false) AS
  SELECT time_bucket('1 day', occurred_at) AS day, account_id, channel, count(*) AS events, count(DISTINCT visitor_id) AS visitors
  FROM events GROUP BY 1, 2, 3
  WITH NO DATA;
CREATE MATERIALIZED VIEW source_attribution_daily WITH (timescaledb.continuous, timescaledb.materialized_only = true) AS
  SELECT time_bucket('1 day', occurred_at, 'Europe/Berlin') AS day, account_id, source, count(*) AS events
  FROM events GROUP BY 1, 2, 3
  WITH NO DATA;
SELECT add_continuous_aggregate_policy('channel_attribution_daily', interval '3 days', interval '1 hour', interval '1 hour');
SELECT add_continuous_aggregate_policy('source_attribution_daily', interval '3 days', interval '1 day', interval '1 hour');
