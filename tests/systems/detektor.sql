-- Detektor: frames and detections of cameras.
CREATE EXTENSION timescaledb;
CREATE ROLE detektor LOGIN;
CREATE ROLE exporter LOGIN IN ROLE pg_monitor;
CREATE SCHEMA vision AUTHORIZATION detektor;
CREATE TYPE vision.severity AS ENUM ('info', 'warning', 'critical');
CREATE TABLE vision.cameras (id smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, place point);
CREATE TABLE vision.frame_metadata (captured_at timestamptz NOT NULL, camera_id smallint NOT NULL REFERENCES vision.cameras,
  frame bigint NOT NULL, width integer, height integer, blur real, sha256 bytea, PRIMARY KEY (camera_id, frame, captured_at));
CREATE TABLE vision.detection_events (at timestamptz NOT NULL, camera_id smallint NOT NULL, label text NOT NULL,
  confidence real CHECK (confidence BETWEEN 0 AND 1), box box, severity vision.severity NOT NULL DEFAULT 'info', tags text[] DEFAULT '{}');
SELECT create_hypertable('vision.frame_metadata', by_range('captured_at', interval '6 hours'));
SELECT create_hypertable('vision.detection_events', by_range('at', interval '1 day'));
CREATE INDEX detections ON vision.detection_events (camera_id, label, at DESC) WHERE confidence > 0.5;
CREATE INDEX tagged ON vision.detection_events USING gin (tags);
CREATE FUNCTION vision.notify() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_notify('detections', NEW.label); RETURN NULL; END $$;
CREATE TRIGGER notify AFTER INSERT ON vision.detection_events FOR EACH ROW WHEN (NEW.severity = 'critical') EXECUTE FUNCTION vision.notify();
GRANT USAGE ON SCHEMA vision TO exporter;
GRANT SELECT ON ALL TABLES IN SCHEMA vision TO exporter;
COMMENT ON TABLE vision.frame_metadata IS 'one row a frame; 1M+ a day';
