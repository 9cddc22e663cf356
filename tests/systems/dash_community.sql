ALTER TABLE pipeline_events SET (timescaledb.enable_columnstore, timescaledb.segmentby = 'pipeline_id', timescaledb.orderby = 'ingested_at DESC');
SELECT add_compression_policy('pipeline_events', interval '7 days');
SELECT add_retention_policy('pipeline_events', interval '90 days');
CREATE MATERIALIZED VIEW pipeline_stats_1h WITH (timescaledb.continuous, timescaledb.materialized_only = true) AS
  SELECT time_bucket('1 hour', ingested_at) AS hour, pipeline_id, count(*) AS events, sum(octet_length(data::text)) AS bytes,
         percentile_cont(0.5) WITHIN GROUP (ORDER BY octet_length(data::text)) AS median_bytes
  FROM pipeline_events GROUP BY 1, 2 WITH NO DATA;
SELECT add_continuous_aggregate_policy('pipeline_stats_1h', interval '3 hours', interval '1 hour', interval '1 hour');
