-- Multibuzz: attribution of marketing channels; a Rails application owns the plain tables.
CREATE EXTENSION timescaledb;
CREATE ROLE multibuzz LOGIN CREATEDB;
CREATE TABLE schema_migrations (version varchar NOT NULL PRIMARY KEY);
CREATE TABLE accounts (id bigserial PRIMARY KEY, name varchar NOT NULL, settings jsonb NOT NULL DEFAULT '{}',
  created_at timestamp(6) NOT NULL, updated_at timestamp(6) NOT NULL);
CREATE TABLE visitors (id bigserial PRIMARY KEY, account_id bigint NOT NULL CONSTRAINT fk_rails_1a2b REFERENCES accounts (id),
  anonymous_id varchar NOT NULL);
CREATE UNIQUE INDEX index_visitors_on_account_id_and_anonymous_id ON visitors (account_id, anonymous_id);
CREATE TABLE events (id bigserial, account_id bigint NOT NULL, visitor_id bigint NOT NULL, channel varchar,
  source varchar, properties jsonb NOT NULL DEFAULT '{}', occurred_at timestamptz NOT NULL, PRIMARY KEY (id, occurred_at));
CREATE TABLE sessions (id bigserial, account_id bigint NOT NULL, channel varchar, started_at timestamptz NOT NULL,
  PRIMARY KEY (id, started_at));
SELECT create_hypertable('events', by_range('occurred_at', interval '7 days'));
SELECT create_hypertable('sessions', by_range('started_at', interval '14 days'));
CREATE INDEX index_events_on_properties ON events USING gin (properties jsonb_path_ops);
CREATE INDEX index_events_on_account_and_channel ON events (account_id, channel, occurred_at DESC) WHERE channel IS NOT NULL;
ALTER TABLE accounts OWNER TO multibuzz;
ALTER TABLE events OWNER TO multibuzz;
ALTER TABLE sessions OWNER TO multibuzz;
