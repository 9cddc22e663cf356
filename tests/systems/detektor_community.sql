ALTER TABLE vision.frame_metadata SET (timescaledb.enable_columnstore, timescaledb.segmentby = 'camera_id', timescaledb.orderby = 'captured_at, frame');
ALTER TABLE vision.detection_events SET (timescaledb.enable_columnstore, timescaledb.segmentby = 'camera_id, label');
SELECT add_compression_policy('vision.frame_metadata', interval '7 days');
SELECT add_compression_policy('vision.detection_events', interval '7 days');
SELECT add_retention_policy('vision.frame_metadata', interval '30 days');
SELECT add_retention_policy('vision.detection_events', interval '30 days');
CREATE MATERIALIZED VIEW vision.frames_hourly WITH (timescaledb.continuous) AS
  SELECT time_bucket('1 hour', captured_at) AS hour, camera_id, count(*) AS frames, avg(blur) AS blur FROM vision.frame_metadata GROUP BY 1, 2
  WITH NO DATA;
CREATE MATERIALIZED VIEW vision.frames_daily WITH (timescaledb.continuous) AS
  SELECT time_bucket('1 day', hour) AS day, camera_id, sum(frames) AS frames FROM vision.frames_hourly GROUP BY 1, 2
  WITH NO DATA;
SELECT add_continuous_aggregate_policy('vision.frames_hourly', interval '1 day', interval '1 hour', interval '15 minutes');
SELECT add_continuous_aggregate_policy('vision.frames_daily', interval '3 days', interval '1 day', interval '1 hour');
ALTER MATERIALIZED VIEW vision.frames_hourly SET (timescaledb.enable_columnstore);
SELECT add_compression_policy('vision.frames_hourly', interval '14 days');
