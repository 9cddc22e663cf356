"""The image of distribution packages: TimescaleDB (Apache edition), pg_cron and pgBackRest on PostgreSQL 17."""
