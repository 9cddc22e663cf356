-- Dash: event pipelines; retention differs by pipeline, so the coarse policy is the longest of them.
CREATE EXTENSION timescaledb;
CREATE EXTENSION pgcrypto;
CREATE ROLE dash_writer LOGIN;
CREATE ROLE dash_reader LOGIN CONNECTION LIMIT 50;
CREATE TABLE teams (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL UNIQUE);
CREATE TABLE pipelines (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), team_id uuid NOT NULL REFERENCES teams,
  name text NOT NULL, retention_days integer CHECK (retention_days > 0), config jsonb NOT NULL DEFAULT '{"steps": []}');
CREATE TABLE pipeline_events (id uuid NOT NULL DEFAULT gen_random_uuid(), pipeline_id uuid NOT NULL, team_id uuid NOT NULL,
  data jsonb NOT NULL, ingested_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (id, ingested_at));
SELECT create_hypertable('pipeline_events', by_range('ingested_at', interval '1 day'), create_default_indexes => false);
CREATE INDEX pipeline_events_pipeline ON pipeline_events (pipeline_id, ingested_at);
CREATE INDEX pipeline_events_team ON pipeline_events (team_id);
CREATE INDEX pipeline_events_data ON pipeline_events USING gin (data);
CREATE FUNCTION longest_retention() RETURNS integer LANGUAGE sql STABLE AS 'SELECT max(retention_days) FROM pipelines';
CREATE VIEW team_pipelines AS SELECT t.name AS team, count(p.id) AS pipelines FROM teams t LEFT JOIN pipelines p ON p.team_id = t.id GROUP BY t.id;
GRANT INSERT, SELECT ON pipeline_events TO dash_writer;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO dash_reader;
