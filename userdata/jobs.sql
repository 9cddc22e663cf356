-- Failed runs in the last hour; 0 where the extension is missing or too old for the view.
SELECT to_regclass('timescaledb_information.job_errors') IS NOT NULL AS known \gset
\if :known
SELECT count(*) FROM timescaledb_information.job_errors WHERE finish_time > now() - interval '1 hour';
\else
SELECT 0;
\endif
