-- What only the Community edition has: columnstore, policies and aggregates over the odd tables.
ALTER TABLE "Odd Schema"."Day's Sales" SET (timescaledb.enable_columnstore, timescaledb.segmentby = '"Shop Id"',
  timescaledb.orderby = '"Day" DESC, total NULLS FIRST');
SELECT add_compression_policy('"Odd Schema"."Day''s Sales"', interval '2 months', schedule_interval => interval '5 hours');
SELECT add_retention_policy('"Odd Schema"."Day''s Sales"', interval '3 years', schedule_interval => interval '36 hours');
SELECT add_retention_policy('public.ticks', 900000::bigint);
SELECT alter_job(job_id, scheduled => false) FROM timescaledb_information.jobs WHERE hypertable_name = 'ticks';
ALTER TABLE public.ticks SET (timescaledb.enable_columnstore);
CREATE MATERIALIZED VIEW "Odd Schema"."Monthly % of ""Sales""" WITH (timescaledb.continuous, timescaledb.materialized_only = false) AS
  SELECT time_bucket('1 month', "Day") AS "Month", "Shop Id", sum(total) AS "Sum %", 'two  spaces, a \ and ''quotes'''::text AS "Odd 1"
  FROM "Odd Schema"."Day's Sales" WHERE total IS NOT NULL GROUP BY 1, 2 WITH NO DATA;
ALTER MATERIALIZED VIEW "Odd Schema"."Monthly % of ""Sales""" OWNER TO "Data Keeper";
SELECT add_continuous_aggregate_policy('"Odd Schema"."Monthly % of ""Sales"""', interval '5 months', interval '1 month', interval '6 hours');
CREATE MATERIALIZED VIEW données.par_heure WITH (timescaledb.continuous, timescaledb.materialized_only = true) AS
  SELECT time_bucket('1 hour', "time") AS heure, capteur, avg(valeur) AS moyenne, count(*) AS n
  FROM données.mesures GROUP BY 1, 2 WITH NO DATA;
CREATE MATERIALIZED VIEW données.par_jour WITH (timescaledb.continuous, timescaledb.materialized_only = true) AS
  SELECT time_bucket('1 day', heure) AS jour, capteur, sum(n) AS n FROM données.par_heure GROUP BY 1, 2 WITH NO DATA;
SELECT add_continuous_aggregate_policy('données.par_heure', interval '3 days', interval '1 hour', interval '30 minutes');
SELECT add_continuous_aggregate_policy('données.par_jour', interval '300 days', interval '1 day', interval '1 day');
ALTER MATERIALIZED VIEW données.par_heure SET (timescaledb.enable_columnstore, timescaledb.segmentby = 'capteur');
SELECT add_compression_policy('données.par_heure', interval '14 days');
SELECT add_retention_policy('données.par_heure', interval '1 year');
CREATE MATERIALIZED VIEW public.ticks_wide WITH (timescaledb.continuous, timescaledb.materialized_only = true) AS
  SELECT time_bucket(100000::bigint, n) AS "from", device, max(v) AS "max" FROM public.ticks GROUP BY 1, 2 WITH NO DATA;
SELECT add_continuous_aggregate_policy('public.ticks_wide', 500000::bigint, 100000::bigint, interval '1 hour');
-- refused by 2.19, which the tests of the other edition run on
ALTER TABLE données.mesures DISABLE TRIGGER "on hypertable";
CREATE PROCEDURE "Odd Schema"."Tidy %"(job_id integer, config jsonb) LANGUAGE plpgsql AS 'BEGIN END';
SELECT add_job('"Odd Schema"."Tidy %"', interval '1 day', config => '{"é": [1, 2.5, null], "a": {"b": "it''s"}}',
  initial_start => '2026-01-31 03:00:00+01', timezone => 'Europe/Berlin', job_name => 'tidy "up" %');
SELECT add_job('"Odd Schema"."Tidy %"', interval '36 hours', fixed_schedule => false, scheduled => false, job_name => 'élan');
SELECT alter_job(job_id, max_runtime => interval '10 minutes', max_retries => 3) FROM timescaledb_information.jobs
  WHERE application_name LIKE 'élan%';
SELECT add_reorder_policy('public.ticks', 'ticks_n_idx');
SET timescaledb.enable_chunk_skipping = on;
SELECT enable_chunk_skipping('public.ticks', 'v');
