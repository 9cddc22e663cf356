-- Lighthouse: a monitoring service, as its migrations would have left it.
CREATE EXTENSION timescaledb;
CREATE EXTENSION pg_stat_statements;
CREATE ROLE lighthouse_app LOGIN;
CREATE TABLE users (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), email text NOT NULL, name text,
  created_at timestamptz NOT NULL DEFAULT now());
CREATE UNIQUE INDEX users_email_key ON users (lower(email));
CREATE TABLE subscriptions (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  url text NOT NULL, interval_seconds integer NOT NULL DEFAULT 60 CHECK (interval_seconds BETWEEN 10 AND 86400),
  active boolean NOT NULL DEFAULT true, UNIQUE (user_id, url));
CREATE TABLE alert_channels (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('email', 'slack', 'webhook', 'pagerduty')), target text NOT NULL);
CREATE INDEX alert_channels_user_id_idx ON alert_channels (user_id);
CREATE TABLE check_history (time timestamptz NOT NULL, subscription_id uuid NOT NULL,
  status text NOT NULL CHECK (status IN ('up', 'down')), http_status integer, latency_ms integer CHECK (latency_ms >= 0));
CREATE TABLE alert_history (time timestamptz NOT NULL, id uuid NOT NULL DEFAULT gen_random_uuid(),
  subscription_id uuid NOT NULL, message text NOT NULL DEFAULT '', PRIMARY KEY (id, time));
SELECT create_hypertable('check_history', by_range('time', interval '1 day'));
SELECT create_hypertable('alert_history', by_range('time', interval '7 days'));
CREATE INDEX check_history_subscription_time_idx ON check_history (subscription_id, time DESC);
GRANT SELECT, INSERT, UPDATE, DELETE ON users, subscriptions, alert_channels TO lighthouse_app;
GRANT SELECT, INSERT ON check_history, alert_history TO lighthouse_app;
INSERT INTO check_history SELECT now() - i * interval '1 hour', gen_random_uuid(), 'up', 200, i FROM generate_series(1, 100) i;
