-- Candlefish: collaboration of many tenants; plain tables behind row security, one hypertable behind a view.
CREATE EXTENSION timescaledb;
CREATE EXTENSION citext;
CREATE ROLE candlefish_owner LOGIN;
CREATE ROLE candlefish_app LOGIN;
CREATE SCHEMA app AUTHORIZATION candlefish_owner;
CREATE TABLE organizations (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL, slug citext NOT NULL UNIQUE);
CREATE TABLE users (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), organization_id uuid NOT NULL REFERENCES organizations,
  email citext NOT NULL, UNIQUE (organization_id, email));
CREATE TABLE documents (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), organization_id uuid NOT NULL REFERENCES organizations,
  title text NOT NULL DEFAULT 'Untitled', body text, state bytea NOT NULL DEFAULT '\x00',
  search tsvector GENERATED ALWAYS AS (to_tsvector('english'::regconfig, title || ' ' || coalesce(body, ''))) STORED,
  updated_at timestamptz NOT NULL DEFAULT now());
CREATE INDEX documents_search ON documents USING gin (search);
CREATE TABLE crdt_operations (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, document_id uuid NOT NULL REFERENCES documents ON DELETE CASCADE,
  organization_id uuid NOT NULL, vector_clock jsonb NOT NULL, payload bytea NOT NULL);
CREATE TABLE presence_sessions (user_id uuid NOT NULL REFERENCES users, document_id uuid NOT NULL, organization_id uuid NOT NULL,
  seen_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (user_id, document_id));
CREATE TABLE comments (id uuid PRIMARY KEY, document_id uuid NOT NULL REFERENCES documents, parent_id uuid REFERENCES comments,
  organization_id uuid NOT NULL, body text NOT NULL);
CREATE TABLE document_metrics (at timestamptz NOT NULL, organization_id uuid NOT NULL, document_id uuid NOT NULL, words integer);
SELECT create_hypertable('document_metrics', by_range('at', interval '7 days'));
CREATE VIEW app.document_metrics WITH (security_barrier) AS
  SELECT at, document_id, words FROM document_metrics WHERE organization_id = current_setting('app.organization', true)::uuid;
DO $$ DECLARE name text; BEGIN
  FOREACH name IN ARRAY ARRAY['documents', 'crdt_operations', 'presence_sessions', 'comments'] LOOP
    EXECUTE format('ALTER TABLE %I OWNER TO candlefish_owner', name);
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant ON %I USING (organization_id = current_setting(''app.organization'', true)::uuid)', name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO candlefish_app', name);
  END LOOP;
END $$;
CREATE FUNCTION cleanup_old_data() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
  AS $$ WITH gone AS (DELETE FROM presence_sessions WHERE seen_at < now() - interval '1 day' RETURNING 1) SELECT count(*) FROM gone $$;
REVOKE EXECUTE ON FUNCTION cleanup_old_data() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cleanup_old_data() TO candlefish_app;
GRANT USAGE ON SCHEMA app TO candlefish_app;
GRANT SELECT ON app.document_metrics TO candlefish_app;
INSERT INTO organizations (name, slug) VALUES ('One', 'one'), ('Two', 'two');
