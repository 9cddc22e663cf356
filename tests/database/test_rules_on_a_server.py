"""What the server itself does where a rule of the plan refuses: it fails later, or it accepts what loses or leaks.

Hand-written SQL, nothing of our own code. Each rule of which a server can be asked stands here once; rules about our
own means (a fallback, an acknowledgement, two names of ours) have nothing to be asked.
"""

from __future__ import annotations

from typing import NamedTuple

import psycopg
from pulumi_timescaledb.database.plan.rules import RULES

from ..support.fix_database import Database


class Truth(NamedTuple):
    """setup, then one statement: refused with these words, or accepted (None), and then a query with its answer.

    since, before: the versions of TimescaleDB of which it is true.
    """

    rule: str
    setup: str
    statement: str
    refused: str | None
    query: str = ""
    answer: object = None
    editions: str = "community"
    since: str = "2.19"
    before: str = "3"


BOTH = "apache community"
CLEAN = """RESET ROLE; DROP VIEW IF EXISTS report;
DROP MATERIALIZED VIEW IF EXISTS above; DROP MATERIALIZED VIEW IF EXISTS hourly;
DROP PUBLICATION IF EXISTS one; DROP TABLE IF EXISTS raw CASCADE;
DROP TABLE IF EXISTS other CASCADE; DROP TABLE IF EXISTS plain CASCADE;
DROP PROCEDURE IF EXISTS nothing; DROP SCHEMA IF EXISTS holding CASCADE;
DROP ROLE IF EXISTS reader, keeper, a, b; GRANT USAGE ON SCHEMA _timescaledb_internal TO PUBLIC"""
RAW = """
CREATE TABLE raw (at timestamptz NOT NULL, org int, data json, device text);
SELECT create_hypertable('raw', by_range('at', interval '1 day'));
INSERT INTO raw SELECT now() - i * interval '1 hour', i % 2, '{}', 'd' FROM generate_series(1, 240) i;
"""
PLAIN = "CREATE TABLE plain (at timestamptz NOT NULL, id int, device text, UNIQUE (id, at));"
SECURE = "ALTER TABLE raw ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON raw USING (org = 1);"
READER = "CREATE ROLE reader LOGIN;"
BY_HOUR = "SELECT time_bucket('1 hour', at) AS hour, org, count(*) AS n FROM raw GROUP BY 1, 2"
HOURLY = f"CREATE MATERIALIZED VIEW hourly WITH (timescaledb.continuous) AS {BY_HOUR} WITH NO DATA"
OF_HOURLY = "AS SELECT time_bucket('{}', hour) AS b, sum(n) AS n FROM hourly GROUP BY 1 WITH NO DATA"
ABOVE = "CREATE MATERIALIZED VIEW above WITH (timescaledb.continuous) " + OF_HOURLY
REFRESH = "SELECT add_continuous_aggregate_policy('{}', interval '{}', interval '{}', interval '1 hour')"
COUNTED = "CREATE TABLE other (n bigint NOT NULL); SELECT create_hypertable('other', by_range('n', 1000));"
FILLED = f"{RAW} CREATE MATERIALIZED VIEW hourly WITH (timescaledb.continuous) AS {BY_HOUR};"

TRUTHS = [
    Truth("row-security", RAW + SECURE, "ALTER TABLE raw SET (timescaledb.enable_columnstore)", "row security"),
    Truth(
        "row-security",
        RAW + "ALTER TABLE raw SET (timescaledb.enable_columnstore);",
        "ALTER TABLE raw ENABLE ROW LEVEL SECURITY",
        "columnstore",
    ),
    Truth("row-security", RAW + SECURE, HOURLY, "row security"),
    Truth(
        "row-security",
        FILLED + READER + "GRANT SELECT ON raw, hourly TO reader;",
        SECURE,
        None,
        "SET ROLE reader; SELECT (SELECT count(DISTINCT org) FROM raw), (SELECT count(DISTINCT org) FROM hourly)",
        (1, 2),
    ),
    Truth("row-security", FILLED + SECURE, ABOVE.format("1 day"), None),
    Truth(
        "row-security",
        RAW + SECURE + READER,
        "CREATE MATERIALIZED VIEW stored AS SELECT org, count(*) FROM raw GROUP BY 1",
        None,
        "GRANT SELECT ON stored TO reader; SET ROLE reader; SELECT count(DISTINCT org) FROM stored",
        (2,),
        BOTH,
    ),
    Truth(
        "row-security-chunks",
        RAW + SECURE + READER,
        "GRANT SELECT ON raw TO reader",
        None,
        "SET ROLE reader; SELECT (SELECT count(DISTINCT org) FROM raw), (xpath('/row/n/text()', query_to_xml(format("
        "'SELECT count(DISTINCT org) AS n FROM _timescaledb_internal.%I', (SELECT chunk_name FROM "
        "timescaledb_information.chunks ORDER BY range_start LIMIT 1 OFFSET 1)), false, true, '')))[1]::text::int",
        (1, 2),
        BOTH,
    ),
    Truth(
        "row-security-chunks",
        RAW + SECURE + READER + "GRANT SELECT ON raw TO reader;",
        "REVOKE USAGE ON SCHEMA _timescaledb_internal FROM PUBLIC",
        None,
        "SET ROLE reader; SELECT count(*) > 100, has_schema_privilege('_timescaledb_internal', 'USAGE') FROM raw",
        (True, False),
        BOTH,
    ),
    Truth(
        "row-security-chunks",
        RAW + SECURE + READER + "REVOKE USAGE ON SCHEMA _timescaledb_internal FROM PUBLIC;"
        "GRANT SELECT, INSERT, UPDATE, DELETE ON raw TO reader; SET ROLE reader;",
        "INSERT INTO raw VALUES (now() + interval '1 year', 1, '{}', 'new chunk'); UPDATE raw SET device = 'e'; "
        "DELETE FROM raw WHERE at < now() - interval '5 days'",
        None,
        editions=BOTH,
    ),
    Truth(
        "view-owner",
        RAW + SECURE + READER,
        "CREATE VIEW wall WITH (security_barrier) AS SELECT * FROM raw",
        None,
        "GRANT SELECT ON wall TO reader; SET ROLE reader; SELECT count(DISTINCT org) FROM wall",
        (2,),
        BOTH,
    ),
    Truth(
        "view-owner",
        RAW + SECURE + READER + "GRANT SELECT ON raw TO reader;",
        "CREATE VIEW wall WITH (security_barrier, security_invoker) AS SELECT * FROM raw",
        None,
        "GRANT SELECT ON wall TO reader; SET ROLE reader; SELECT count(DISTINCT org) FROM wall",
        (1,),
        BOTH,
    ),
    Truth("policy-roles", RAW, "CREATE POLICY q ON raw TO ghost USING (true)", '"ghost" does not exist', editions=BOTH),
    Truth(
        "declared-texts", RAW, "CREATE POLICY q ON raw USING (nope = 1)", 'column "nope" does not exist', editions=BOTH
    ),
    Truth("tables-exist", RAW + HOURLY, "ALTER TABLE hourly ENABLE ROW LEVEL SECURITY", "not supported for views"),
    Truth(
        "retention-and-refresh",
        FILLED + "SELECT drop_chunks('raw', interval '5 days');",
        "CALL refresh_continuous_aggregate('hourly', NULL, NULL)",
        None,
        "SELECT count(*) < 200 FROM hourly",
        (True,),
    ),
    Truth(
        "retention-and-refresh",
        FILLED + REFRESH.format("hourly", "9 days", "1 hour") + ";",
        "SELECT add_retention_policy('raw', interval '5 days')",
        None,
    ),
    Truth(
        "own-retention",
        FILLED + REFRESH.format("hourly", "9 days", "1 hour") + ";",
        "SELECT add_retention_policy('hourly', interval '5 days')",
        None,
    ),
    Truth("hierarchical-bucket", FILLED, ABOVE.format("30 minutes"), "incompatible bucket width"),
    Truth("hierarchical-bucket", FILLED, ABOVE.format("90 minutes"), "incompatible bucket width"),
    Truth("hierarchical-bucket", FILLED, ABOVE.format("1 month"), None),
    Truth(
        "hierarchical-bucket",
        RAW + HOURLY.replace("1 hour", "1 month") + ";",
        ABOVE.format("60 days"),
        "fixed-width bucket",
    ),
    Truth("refresh-window", RAW + HOURLY, REFRESH.format("hourly", "2 hours", "30 minutes"), "window too small"),
    Truth("refresh-window", RAW + HOURLY, REFRESH.format("hourly", "3 hours", "1 hour"), None),
    Truth(
        "refresh-window",
        RAW + HOURLY.replace("1 hour", "1 month") + ";",
        REFRESH.format("hourly", "59 days", "00:00:00"),
        "window too small",
    ),
    Truth(
        "refresh-window",
        RAW + HOURLY.replace("1 hour", "1 month") + ";",
        REFRESH.format("hourly", "60 days", "00:00:00"),
        None,
    ),
    Truth(
        "refresh-window",
        RAW + HOURLY + ";" + REFRESH.format("hourly", "3 hours", "1 hour") + ";",
        "SELECT alter_job(job_id, config => jsonb_set(config, '{start_offset}', '\"90 minutes\"')) "
        "FROM timescaledb_information.jobs WHERE proc_name = 'policy_refresh_continuous_aggregate'",
        None,
    ),
    Truth(
        "overlapping-refresh",
        RAW + HOURLY + ";" + REFRESH.format("hourly", "3 days", "1 hour") + ";",
        REFRESH.format("hourly", "2 days", "30 minutes"),
        "overlaps",
    ),
    Truth(
        "overlapping-refresh",
        RAW + HOURLY + ";" + REFRESH.format("hourly", "3 days", "1 day") + ";",
        REFRESH.format("hourly", "1 day", "1 hour"),
        None,
    ),
    Truth(
        "several-refresh",
        FILLED + ABOVE.format("1 day") + ";" + REFRESH.format("above", "9 days", "4 days") + ";",
        REFRESH.format("above", "4 days", "1 hour"),
        "multiple refresh policies",
        since="2.22.1",
        before="2.29",
    ),
    Truth(
        "several-refresh",
        FILLED + ABOVE.format("1 day") + ";" + REFRESH.format("above", "9 days", "4 days") + ";",
        REFRESH.format("above", "4 days", "1 hour"),
        None,
        since="2.29",
    ),
    Truth(
        "refresh-options",
        RAW + HOURLY + ";",
        REFRESH.format("hourly", "3 hours", "1 hour").replace(")", ", newest_first => true)"),
        "does not exist",
    ),
    Truth(
        "dependents",
        FILLED + "CREATE VIEW report AS SELECT * FROM hourly;",
        "DROP MATERIALIZED VIEW hourly",
        "other objects depend on it",
    ),
    Truth(
        "swaps",
        FILLED,
        "ALTER MATERIALIZED VIEW hourly RENAME TO raw",
        "already exists",
    ),
    Truth(
        "aggregate-indexes",
        FILLED + ABOVE.format("1 day") + "; CREATE INDEX by_n ON hourly (n);",
        "CREATE INDEX by_n ON above (n)",
        '"by_n" already exists',
    ),
    Truth("aggregate-query", RAW, HOURLY.replace("time_bucket", "date_trunc"), "valid time bucket function"),
    Truth("aggregate-query", RAW, HOURLY.replace("count(*)", "sum(random())"), None),
    Truth("aggregate-query", RAW, HOURLY.replace("count(*)", "max(now() - at)"), None),
    Truth(
        "columnstore-columns",
        RAW,
        "ALTER TABLE raw SET (timescaledb.enable_columnstore, timescaledb.orderby = 'data')",
        "invalid ordering column type json",
    ),
    Truth(
        "columnstore-columns",
        RAW,
        "ALTER TABLE raw SET (timescaledb.enable_columnstore, timescaledb.segmentby = 'at')",
        None,
    ),
    Truth(
        "partition-columns",
        PLAIN + "ALTER TABLE plain ADD UNIQUE (id);",
        "SELECT create_hypertable('plain', by_range('at'))",
        'without the column "at"',
        editions=BOTH,
    ),
    Truth(
        "partition-columns",
        PLAIN + "ALTER TABLE plain ADD EXCLUDE USING btree (id WITH =);",
        "SELECT create_hypertable('plain', by_range('at'))",
        'without the column "at"',
        editions=BOTH,
    ),
    Truth(
        "partition-columns",
        PLAIN + "CREATE UNIQUE INDEX ON plain (id, date_trunc('day', at AT TIME ZONE 'UTC'));",
        "SELECT create_hypertable('plain', by_range('at'))",
        'without the column "at"',
        editions=BOTH,
    ),
    Truth(
        "partition-columns",
        PLAIN + "SELECT create_hypertable('plain', by_range('at'));",
        "SELECT add_dimension('plain', by_hash('device', 2))",
        'without the column "device"',
        editions=BOTH,
    ),
    Truth(
        "foreign-keys",
        PLAIN + "CREATE TABLE other (at timestamptz, id int, FOREIGN KEY (id, at) REFERENCES plain (id, at));"
        "SELECT create_hypertable('plain', by_range('at'));",
        "SELECT create_hypertable('other', by_range('at'))",
        "foreign key references of hypertables",
        editions=BOTH,
    ),
    Truth(
        "foreign-keys",
        PLAIN + "CREATE TABLE other (at timestamptz, id int, FOREIGN KEY (id, at) REFERENCES plain (id, at));"
        "SELECT create_hypertable('other', by_range('at'));",
        "SELECT create_hypertable('plain', by_range('at'))",
        "FOREIGN KEY constraints to hypertable",
        editions=BOTH,
    ),
    Truth(
        "foreign-keys",
        PLAIN + "ALTER TABLE plain ADD before timestamptz, ADD FOREIGN KEY (id, before) REFERENCES plain (id, at);",
        "SELECT create_hypertable('plain', by_range('at'))",
        None,
        editions=BOTH,
    ),
    Truth(
        "publications",
        PLAIN + "CREATE PUBLICATION one FOR TABLE plain;",
        "SELECT create_hypertable('plain', by_range('at'))",
        "part of a publication",
        editions=BOTH,
    ),
    Truth(
        "publications",
        PLAIN + "SELECT create_hypertable('plain', by_range('at'));",
        "CREATE PUBLICATION one FOR TABLE plain",
        None,
        editions=BOTH,
    ),
    Truth("name-collisions", PLAIN, "CREATE VIEW plain AS SELECT 1 AS a", "already exists", editions=BOTH),
    Truth(
        "name-collisions",
        PLAIN + "CREATE TABLE other (at int); CREATE INDEX taken ON other (at);",
        "CREATE INDEX IF NOT EXISTS taken ON plain (at)",
        None,
        "SELECT tablename FROM pg_indexes WHERE indexname = 'taken'",
        ("other",),
        BOTH,
    ),
    Truth(
        "role-circle", "CREATE ROLE a; CREATE ROLE b IN ROLE a;", "GRANT b TO a", "is a member of role", editions=BOTH
    ),
    Truth(
        "job-owner",
        RAW + "CREATE ROLE keeper; ALTER TABLE raw OWNER TO keeper;",
        "SELECT add_retention_policy('raw', interval '9 days')",
        "permission denied to start background process",
    ),
    Truth(
        "job-owner",
        RAW + "CREATE ROLE keeper LOGIN; ALTER TABLE raw OWNER TO keeper;"
        "SELECT add_retention_policy('raw', interval '9 days');",
        "ALTER ROLE keeper NOLOGIN",
        None,
    ),
    Truth(
        "job-owner",
        RAW + "CREATE ROLE keeper; SELECT add_retention_policy('raw', interval '9 days');",
        "ALTER TABLE raw OWNER TO keeper",
        None,
        "SELECT owner::text FROM timescaledb_information.jobs WHERE proc_name = 'policy_retention'",
        ("keeper",),
    ),
    Truth("grants", PLAIN, "GRANT SELECT ON plain TO nobody", "does not exist", editions=BOTH),
    Truth("owners", PLAIN, "ALTER TABLE plain OWNER TO nobody", "does not exist", editions=BOTH),
    Truth(
        "owner-grants",
        PLAIN + "CREATE ROLE keeper; ALTER TABLE plain OWNER TO keeper; REVOKE SELECT ON plain FROM keeper;",
        "SET ROLE keeper; GRANT SELECT ON plain TO keeper",
        None,
        "SELECT has_table_privilege('keeper', 'plain', 'SELECT')",
        (True,),
        BOTH,
    ),
    Truth(
        "default-privileges",
        "",
        "ALTER DEFAULT PRIVILEGES FOR ROLE nobody GRANT SELECT ON TABLES TO PUBLIC",
        "does not exist",
        editions=BOTH,
    ),
    Truth(
        "dropped-roles",
        PLAIN + "CREATE ROLE keeper; ALTER TABLE plain OWNER TO keeper;",
        "DROP ROLE keeper",
        "cannot be dropped",
        editions=BOTH,
    ),
    Truth(
        "dropped-schemas",
        "CREATE SCHEMA holding; CREATE TABLE holding.one (at int);",
        "DROP SCHEMA holding",
        "other objects depend on it",
        editions=BOTH,
    ),
    Truth(
        "role-attributes",
        "CREATE ROLE a CREATEROLE; SET ROLE a;",
        "CREATE ROLE b SUPERUSER",
        "to create",
        editions=BOTH,
    ),
    Truth("tablespaces-exist", RAW, "SELECT attach_tablespace('nowhere', 'raw')", "does not exist", editions=BOTH),
    Truth("routines-exist", RAW, "SELECT add_job('nowhere', interval '1 day')", "does not exist"),
    Truth("reorder-index", RAW, "SELECT add_reorder_policy('raw', 'nowhere')", "reorder index"),
    Truth("integer-time", COUNTED, "SELECT add_retention_policy('other', 500::bigint)", "integer_now"),
    Truth(
        "newer-versions",
        "CREATE PROCEDURE nothing(int, jsonb) LANGUAGE sql AS 'SELECT 1';",
        "SELECT add_job('nothing', interval '1 day', job_name => 'a')",
        "does not exist",
        editions="apache",  # 2.19
    ),
    Truth(
        "partitioned-retention",
        RAW + "ALTER TABLE raw SET (timescaledb.enable_columnstore);"
        "SELECT compress_chunk(c) FROM show_chunks('raw') c;"
        "SET timescaledb.max_tuples_decompressed_per_dml_transaction = 10;",
        "DELETE FROM raw WHERE org = 1",
        "decompression limit",
    ),
    Truth(
        "coarse-retention",
        RAW,
        "SELECT drop_chunks('raw', interval '5 days')",
        None,
        "SELECT count(DISTINCT org) FROM raw WHERE at < now() - interval '7 days'",
        (0,),
        BOTH,
    ),
    Truth(
        "partitioned-refresh",
        FILLED,
        "DELETE FROM raw WHERE org = 1; CALL refresh_continuous_aggregate('hourly', NULL, NULL)",
        None,
        "SELECT count(DISTINCT org) FROM hourly",
        (1,),
    ),
    Truth(
        "apache-edition",
        RAW,
        "SELECT add_retention_policy('raw', interval '9 days')",
        "not supported",
        editions="apache",
    ),
    Truth("apache-edition", RAW, HOURLY, "not supported", editions="apache"),
]
# what the server cannot be asked about: our own means, and words that stand beside a query
OURS = {"impossible-changes", "available-extensions", "aggregate-source", "grant-overlap"}


def test_every_rule_that_a_server_can_be_asked_about_is_asked() -> None:
    """A new rule needs a row above, or to be named among those about our own means."""
    assert set(RULES) == {truth.rule for truth in TRUTHS} | OURS


def test_the_server_does_what_each_rule_says(database: Database) -> None:
    """On one database of each edition, one after the other; all that is wrong is listed at once."""
    wrong = []
    database.sql("CREATE EXTENSION timescaledb")
    for truth in TRUTHS:
        if database.is_among(truth.editions, truth.since, truth.before):
            wrong += [f"{truth.rule}: {truth.statement}: {text}" for text in _tried(database, truth)]
    assert wrong == []


def _tried(database: Database, truth: Truth) -> list[str]:
    """In one session, and what it made is dropped afterwards; an aggregate cannot be filled in a transaction."""
    with database.session(autocommit=True) as session:
        try:
            return _answer(session, truth)
        finally:
            for statement in CLEAN.split(";"):
                session.execute(statement.encode())


def _answer(session: psycopg.Connection[tuple[object, ...]], truth: Truth) -> list[str]:
    for statement in filter(str.strip, truth.setup.split(";")):
        session.execute(statement.encode())
    try:
        for statement in truth.statement.split("; "):
            session.execute(statement.encode())
    except psycopg.errors.Error as error:
        words = " ".join(str(error).split())
        return [] if truth.refused and truth.refused in words else [f"refused: {words}"]
    if truth.refused:
        return ["accepted"]
    row: tuple[object, ...] | None = None
    for statement in filter(str.strip, truth.query.split("; ")):
        cursor = session.execute(statement.encode())
        row = cursor.fetchone() if cursor.description else None
    return [] if row == truth.answer else [f"answered {row}"]
