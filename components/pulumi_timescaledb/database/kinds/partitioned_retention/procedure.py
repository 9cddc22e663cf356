"""The procedure that deletes, one for all declarations of a database: its text and version.

It lives in our schema, takes all it needs from the job's configuration, and looks anew at every run, because limits are
rows that anybody may change between two deployments. It runs with the rights of the job's owner.
"""

from __future__ import annotations

import hashlib
import re

from psycopg import sql

NUMBER = 1  # raised with every change of BODY: an older procedure is replaced, a newer one is left alone
VERSION = f"version {NUMBER}"
MISSING = "missing"

# Several limits of one key count as the longest, because deleting too little can be made good. Keys without a limit are
# left to the table's own policy. Literals, not parameters, so that chunks and batches are passed over when planning.
# A batch ends at a time, so rows of one moment go together. set_config is local to a transaction, so it is said again
# after each COMMIT.
BODY = """
DECLARE
  given jsonb := config;  -- a name that no column of the jobs view has
  target text := format('%I.%I', given->>'schema', given->>'table');
  limits text := format('%I.%I', given->>'limits_schema', given->>'limits_table');
  title text := format('retention of %s by %I', target, given->>'key');
  keys text[]; days int[]; endless bigint; wrong text;
  coarse record; aggregate record;
  time_type text; cutoff text; upto text; before text;
BEGIN
  EXECUTE format(
    'SELECT array_agg(key ORDER BY days, key) FILTER (WHERE days IS NOT NULL), '
    'array_agg(days ORDER BY days, key) FILTER (WHERE days IS NOT NULL), '
    'count(*) FILTER (WHERE days IS NULL), min(key) FILTER (WHERE days < 1) '
    'FROM (SELECT %1$I::text AS key, CASE WHEN bool_and(%2$I IS NOT NULL) THEN max(%2$I)::int END AS days '
    'FROM %3$s WHERE %1$I IS NOT NULL GROUP BY 1) each',
    given->>'limits_key', given->>'limits_days', limits)
    INTO keys, days, endless, wrong;
  IF wrong IS NOT NULL THEN
    RAISE EXCEPTION '%: nothing deleted, because the limit of % in % is below one day; write at least 1, or null to keep for ever',
      title, wrong, limits;
  END IF;
  SELECT j.config->>'drop_after' AS age INTO coarse FROM timescaledb_information.jobs j
    WHERE j.proc_name = 'policy_retention' AND j.proc_schema = '_timescaledb_functions' AND j.scheduled
      AND j.hypertable_schema = given->>'schema' AND j.hypertable_name = given->>'table';
  IF FOUND AND endless > 0 THEN
    RAISE EXCEPTION '%: nothing deleted, because % of its keys are kept for ever but the table has a retention policy, which drops the chunks of every key; remove that policy',
      title, endless;
  ELSIF FOUND AND coarse.age IS NULL THEN
    RAISE EXCEPTION '%: nothing deleted, because the table''s retention policy counts from the creation of chunks; give it a drop_after',
      title;
  ELSIF FOUND AND coarse.age::interval < make_interval(days => days[cardinality(days)]) THEN
    RAISE EXCEPTION '%: nothing deleted, because the longest limit is % days but the table''s retention policy drops every key after %; set that to at least % days',
      title, days[cardinality(days)], coarse.age, days[cardinality(days)];
  END IF;
  FOR aggregate IN
    SELECT format('%I.%I', a.view_schema, a.view_name) AS name, j.config->>'start_offset' AS start
    FROM timescaledb_information.continuous_aggregates a JOIN timescaledb_information.jobs j
      ON (j.hypertable_schema, j.hypertable_name) IN ((a.view_schema, a.view_name),
        (a.materialization_hypertable_schema, a.materialization_hypertable_name))
    WHERE j.proc_name = 'policy_refresh_continuous_aggregate' AND j.proc_schema = '_timescaledb_functions'
      AND j.scheduled AND keys IS NOT NULL
      AND a.hypertable_schema = given->>'schema' AND a.hypertable_name = given->>'table'
  LOOP
    IF aggregate.start IS NULL OR aggregate.start::interval >= make_interval(days => days[1]) THEN
      RAISE EXCEPTION '%: nothing deleted, because the aggregate % is refreshed from % and would lose what is deleted here; set its start_offset below % days',
        title, aggregate.name, coalesce(aggregate.start || ' ago', 'the beginning'), days[1];
    END IF;
  END LOOP;
  SELECT format_type(a.atttypid, NULL) INTO time_type FROM pg_catalog.pg_attribute a
    WHERE a.attrelid = target::regclass AND a.attname = given->>'time_column' AND NOT a.attisdropped;
  IF time_type IS NULL OR time_type NOT IN ('timestamp with time zone', 'timestamp without time zone', 'date') THEN
    RAISE EXCEPTION '%: nothing deleted, because the column % is no timestamp or date; change time_column',
      title, given->>'time_column';
  END IF;
  PERFORM set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO, YMD', true);
  FOR place IN 1 .. coalesce(cardinality(keys), 0) LOOP
    cutoff := now() - make_interval(days => days[place]);
    before := NULL;
    LOOP
      EXECUTE format(
        'SELECT max(%1$I)::text FROM (SELECT %1$I FROM %2$s WHERE %3$I = %4$L AND %1$I < %5$L::%6$s '
        'ORDER BY %1$I LIMIT %7$s) oldest',
        given->>'time_column', target, given->>'key', keys[place], cutoff, time_type, given->>'batch_size')
        INTO upto;
      EXIT WHEN upto IS NULL;
      IF upto = before THEN
        RAISE EXCEPTION '%: rows of % are still there after they were deleted; look for a trigger or row security',
          title, keys[place];
      END IF;
      EXECUTE format('DELETE FROM %s WHERE %I = %L AND %I <= %L::%s',
        target, given->>'key', keys[place], given->>'time_column', upto, time_type);
      before := upto;
      COMMIT;
      PERFORM set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO, YMD', true);
    END LOOP;
  END LOOP;
END
"""  # noqa: E501 - a format of RAISE is one literal
CREATE = sql.SQL(
    "CREATE SCHEMA IF NOT EXISTS pulumi_timescaledb; "
    "CREATE OR REPLACE PROCEDURE pulumi_timescaledb.partitioned_retention(job_id integer, config jsonb) "
    "LANGUAGE plpgsql AS {}; "
    "COMMENT ON PROCEDURE pulumi_timescaledb.partitioned_retention(integer, jsonb) IS {}"
).format(sql.Literal(BODY), sql.Literal(VERSION))


def version(comment: str | None, digest: str | None) -> str:
    """What stands in the database: ours, an older one, one changed by hand, or none; a newer one counts as ours."""
    if digest is None:
        return MISSING
    match = re.fullmatch(r"version (\d+)", comment or "")
    number = int(match.group(1)) if match else 0
    if number > NUMBER:
        return VERSION
    if number == NUMBER:
        return VERSION if digest == hashlib.sha256(BODY.encode()).hexdigest() else f"{VERSION}, changed by hand"
    return f"version {number}"
