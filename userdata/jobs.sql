-- Failed runs in the last hour; nothing where the extension is missing. A superuser asks, and a database's owner can put
-- functions into a view of the same name, or before ours in the path: none is read that is not the extension's own. The
-- lock keeps it so, and what was looked at before a wait for the lock is still what counts after it.
SET search_path = pg_catalog;
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT 'LOCK timescaledb_information.job_errors IN ACCESS SHARE MODE'
FROM pg_extension WHERE extname = 'timescaledb' \gexec
SELECT $$SELECT count(*) FROM timescaledb_information.job_errors WHERE finish_time > now() - interval '1 hour'$$
FROM pg_extension JOIN pg_depend ON refobjid = pg_extension.oid
WHERE extname = 'timescaledb' AND deptype = 'e' AND objid = to_regclass('timescaledb_information.job_errors') \gexec
