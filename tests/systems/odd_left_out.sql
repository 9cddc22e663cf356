-- On top of the odd database, Community edition: what no declaration can say, each of which must be named.
CREATE AGGREGATE public.product(double precision) (SFUNC = float8mul, STYPE = double precision, INITCOND = '1');
CREATE COLLATION "Odd Schema".german (provider = libc, locale = 'C');
CREATE VIEW données.hier AS SELECT * FROM données.par_jour WHERE jour > now() - interval '1 day';
CREATE VIEW public.further AS SELECT max(n) FROM données.hier;
CREATE INDEX par_n ON données.par_jour (n);
GRANT SELECT ON données.par_jour TO readers;
CREATE PROCEDURE public.tidy(job_id integer, config jsonb) LANGUAGE plpgsql AS 'BEGIN END';
SELECT add_job('public.tidy', interval '1 day', config => '{"a": 1}');
SELECT add_job('public.tidy', interval '2 days', config => '{"a": 2}');
ALTER ROLE "app%1" VALID UNTIL '2099-01-01';
CREATE ROLE boss SUPERUSER;
ALTER FUNCTION "Odd Schema".now_ticks() OWNER TO boss;
CREATE TABLE public.kept (at timestamptz NOT NULL, v integer);
SELECT create_hypertable('public.kept', 'at', associated_schema_name => 'Odd Schema');
SELECT add_retention_policy('public.kept', drop_created_before => interval '10 days');
CREATE MATERIALIZED VIEW public.kept_daily WITH (timescaledb.continuous) AS
  SELECT time_bucket('1 day', at) AS day, max(v) FROM public.kept GROUP BY 1 WITH NO DATA;
SELECT add_continuous_aggregate_policy('public.kept_daily', NULL, interval '1 day', interval '1 day');
