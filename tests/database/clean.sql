-- Everything that a test may have made, in an order in which nothing holds on to another.
RESET search_path;
DO $clean$
DECLARE
  item record;
BEGIN
  IF to_regclass('cron.job') IS NOT NULL THEN
    DELETE FROM cron.job;
  END IF;
  PERFORM delete_job(job_id) FROM timescaledb_information.jobs WHERE job_id >= 1000;
  FOR item IN
    SELECT format('%I.%I', view_schema, view_name) AS name FROM timescaledb_information.continuous_aggregates
    ORDER BY substring(materialization_hypertable_name FROM '\d+')::int DESC
  LOOP
    EXECUTE format('DROP MATERIALIZED VIEW IF EXISTS %s CASCADE', item.name);
  END LOOP;
  FOR item IN
    -- not as regclass, which is a number once another of these took it along
    SELECT format('public.%I', c.relname) AS name, c.relkind AS kind FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('v', 'm', 'r', 'p')
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
  LOOP
    CONTINUE WHEN to_regclass(item.name) IS NULL;
    EXECUTE format('DROP %s IF EXISTS %s CASCADE', CASE item.kind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
                                                   ELSE 'TABLE' END, item.name);
  END LOOP;
  FOR item IN
    SELECT p.oid::regprocedure AS name FROM pg_proc p
    WHERE p.pronamespace = 'public'::regnamespace
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
  LOOP
    EXECUTE format('DROP ROUTINE %s CASCADE', item.name);
  END LOOP;
  FOR item IN
    SELECT format('SEQUENCE %s', c.oid::regclass) AS name FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'S'
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    UNION ALL
    SELECT format('DOMAIN %s', t.oid::regtype) FROM pg_type t
    WHERE t.typnamespace = 'public'::regnamespace AND t.typtype = 'd'
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = t.oid AND d.deptype = 'e')
  LOOP
    EXECUTE format('DROP %s CASCADE', item.name);
  END LOOP;
  FOR item IN
    SELECT n.nspname AS name FROM pg_namespace n
    WHERE n.nspname !~ '^(pg_|_timescaledb_)' AND n.nspname NOT IN ('public', 'information_schema')
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = n.oid AND d.deptype = 'e')
  LOOP
    EXECUTE format('DROP SCHEMA %I CASCADE', item.name);
  END LOOP;
  FOR item IN SELECT extname AS name FROM pg_extension WHERE extname NOT IN ('timescaledb', 'pg_cron', 'plpgsql')
  LOOP
    EXECUTE format('DROP EXTENSION IF EXISTS %I CASCADE', item.name);
  END LOOP;
  FOR item IN SELECT rolname AS name FROM pg_roles WHERE rolname !~ '^pg_' AND NOT rolsuper
  LOOP
    EXECUTE format('DROP OWNED BY %I', item.name);
    EXECUTE format('DROP ROLE %I', item.name);
  END LOOP;
  GRANT USAGE ON SCHEMA _timescaledb_internal TO PUBLIC;
END $clean$;
