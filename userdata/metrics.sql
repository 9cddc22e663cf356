-- One row a metric: name and value. The heartbeat is written first, so that "up" means that writing works.
SET statement_timeout = '8s'; SET lock_timeout = '2s'; SET search_path = pg_catalog;
SET client_min_messages = 'warning';
CREATE SCHEMA IF NOT EXISTS timescaledb_host;
CREATE TABLE IF NOT EXISTS timescaledb_host.heartbeat (id int PRIMARY KEY CHECK (id = 1), at timestamptz NOT NULL, instance text NOT NULL);
INSERT INTO timescaledb_host.heartbeat VALUES (1, clock_timestamp(), :'instance')
    ON CONFLICT (id) DO UPDATE SET at = EXCLUDED.at, instance = EXCLUDED.instance;
SELECT 'Up', count(*) FROM timescaledb_host.heartbeat WHERE at > clock_timestamp() - interval '10 s';
SELECT 'ConnectionsUsedPercent', round(100.0 * count(*) / current_setting('max_connections')::int, 1)
    FROM pg_stat_activity WHERE backend_type = 'client backend';
SELECT 'OldestTransactionSeconds', coalesce(round(extract(epoch FROM max(clock_timestamp() - xact_start))), 0)
    FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid();
SELECT 'TransactionIdAge', max(age(datfrozenxid)) FROM pg_database;
SELECT 'WalBytes', coalesce(sum(size), 0) FROM pg_ls_waldir();
SELECT 'ArchiveAgeSeconds', round(extract(epoch FROM clock_timestamp() - coalesce(last_archived_time, stats_reset)))
    FROM pg_stat_archiver WHERE current_setting('archive_mode') <> 'off';
SELECT 'ArchiveFailures', CASE WHEN last_failed_time > now() - interval '1 hour' THEN failed_count ELSE 0 END
    FROM pg_stat_archiver WHERE current_setting('archive_mode') <> 'off';
SELECT 'RetainedSlotBytes', coalesce(max(pg_current_wal_lsn() - restart_lsn), 0)
    FROM pg_replication_slots WHERE NOT pg_is_in_recovery();
