-- Failed runs in the last hour; nothing where the extension is missing. A superuser asks, and a database's owner can put
-- functions into a view of the same name, or before ours in the path: without the extension it is not read.
SET search_path = pg_catalog;
SELECT $$SELECT count(*) FROM timescaledb_information.job_errors WHERE finish_time > now() - interval '1 hour'$$
FROM pg_extension WHERE extname = 'timescaledb' \gexec
