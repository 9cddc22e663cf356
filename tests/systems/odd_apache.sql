-- What stands for policies and aggregates on the Apache edition, made as this library's fallback makes it.
CREATE EXTENSION pg_cron;
SELECT cron.schedule('tsdb retention "données".mesures', '0 0 * * *', $$SELECT drop_chunks('"données".mesures', interval '90 days')$$);
SELECT cron.schedule('tsdb retention public.ticks', '0 */6 * * *', $$SELECT drop_chunks('public.ticks', "Odd Schema".now_ticks() - 900000)$$);
CREATE MATERIALIZED VIEW données.par_heure AS
  SELECT time_bucket('1 hour', "time") AS heure, capteur, avg(valeur) AS moyenne, count(*) AS n
  FROM données.mesures GROUP BY 1, 2;
CREATE UNIQUE INDEX ON données.par_heure (heure, capteur);
SELECT cron.schedule('tsdb refresh "données".par_heure', '*/30 * * * *', 'REFRESH MATERIALIZED VIEW CONCURRENTLY "données".par_heure');
GRANT USAGE ON SCHEMA cron TO readers;
CREATE PROCEDURE données.tidy(job_id integer, config jsonb) LANGUAGE plpgsql AS 'BEGIN END';
SELECT cron.schedule('tsdb job tidy "up" %', '0 0 * * *', $$CALL "données".tidy(0, '{"é": "it''s"}'::jsonb)$$);
