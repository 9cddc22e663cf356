"""``tsdb doctor`` on real servers: every planted fault is found, a good system has none, and nothing is written."""

from __future__ import annotations

import time

import pytest

from tests.support.fix_database import Database

from .lighthouse import Answer, converge, tsdb

TENANTS = "CREATE ROLE tenant LOGIN PASSWORD 'tests-only'; GRANT USAGE ON SCHEMA public TO tenant;"


@pytest.fixture
def lighthouse(database: Database) -> Database:
    """Lighthouse, freshly converged."""
    converge(database)
    return database


@pytest.fixture
def community_lighthouse(community_database: Database) -> Database:
    """Lighthouse on the Community edition."""
    converge(community_database)
    return community_database


def doctor(database: Database, *arguments: str, user: str = "") -> Answer:
    """The doctor's JSON."""
    return tsdb(database, "doctor", "--json", *arguments, user=user)


def test_nothing_is_wrong_with_a_fresh_system(lighthouse: Database) -> None:
    answer = doctor(lighthouse)
    assert answer.code == 0, answer
    # the servers of tests are older than the advisory, misreport their jobs on one pair of versions, and are not tuned
    said = [row for row in answer.json["findings"] if row["check"] not in ("versions", "workers", "settings")]
    assert [row["what"] for row in said if "although its work is committed" not in row["what"]] == []
    kinds = {row["kind"] for row in answer.json["objects"]}
    aggregate = "materialized view" if lighthouse.edition == "apache" else "continuous aggregate"
    assert {"extension", "hypertable", "role", "migrations", aggregate} <= kinds
    assert tsdb(lighthouse, "doctor").code == 0


def test_an_empty_database_is_only_noted(database: Database) -> None:
    answer = doctor(database)
    assert answer.code == 0
    assert ("lighthouse", "the extension timescaledb is not created here") in answer.found("note")


def test_a_reader_behind_row_security_leaks(lighthouse: Database) -> None:
    lighthouse.sql(TENANTS)
    assert doctor(lighthouse).found("error") == []
    if lighthouse.edition == "community":
        # a table with a columnstore refuses row security, so the hole is opened on one without
        lighthouse.sql(
            "CREATE TABLE notes (at timestamptz NOT NULL, tenant text); SELECT create_hypertable('notes', 'at');"
        )
        lighthouse.sql(
            "CREATE MATERIALIZED VIEW notes_daily WITH (timescaledb.continuous) AS "
            "SELECT time_bucket('1 day', at) AS day, tenant, count(*) FROM notes GROUP BY 1, 2 WITH NO DATA"
        )
        lighthouse.sql(
            "CREATE MATERIALIZED VIEW notes_weekly WITH (timescaledb.continuous) AS "
            "SELECT time_bucket('7 days', day) AS week, tenant, sum(count) FROM notes_daily GROUP BY 1, 2 WITH NO DATA"
        )
        lighthouse.sql("ALTER TABLE notes ENABLE ROW LEVEL SECURITY")
        secured, first, second = "public.notes", "public.notes_daily", "public.notes_weekly"
    else:
        lighthouse.sql("ALTER TABLE check_history ENABLE ROW LEVEL SECURITY")
        secured, first, second = "public.check_history", "public.hourly_metrics", "public.daily_metrics"
    # the application's role reads whatever the managing role adds to the schema
    lighthouse.sql(f"REVOKE SELECT ON {first}, {second} FROM lighthouse_app")
    notes = {name for severity, name, _ in doctor(lighthouse).check("row_security") if severity == "note"}
    assert notes == {first, second}
    lighthouse.sql(f"GRANT SELECT ON {first}, {second} TO tenant")
    answer = doctor(lighthouse)
    assert answer.code == 1
    errors = dict(answer.found("error"))
    # the application's role may read the table, and so its chunks
    assert set(errors) == {first, second, secured}
    assert "tenant" in errors[first]
    lighthouse.sql("REVOKE USAGE ON SCHEMA _timescaledb_internal FROM PUBLIC")
    assert set(dict(doctor(lighthouse).found("error"))) == {first, second}


def test_a_materialized_view_through_a_view_leaks(lighthouse: Database) -> None:
    lighthouse.sql(TENANTS + "ALTER TABLE users ENABLE ROW LEVEL SECURITY")
    lighthouse.sql("CREATE VIEW people AS SELECT name FROM users")
    lighthouse.sql("CREATE MATERIALIZED VIEW names AS SELECT name FROM people")
    lighthouse.sql("GRANT SELECT ON names TO tenant")
    assert ("public.names" in dict(doctor(lighthouse).found("error"))) is True


def test_checks_kept_shorter_than_a_refresh_reaches(community_lighthouse: Database) -> None:
    community_lighthouse.sql("SELECT remove_retention_policy('check_history')")
    community_lighthouse.sql("SELECT add_retention_policy('check_history', interval '2 days')")
    answer = doctor(community_lighthouse)
    assert answer.code == 1
    assert set(dict(answer.found("error"))) == {"public.hourly_metrics"}
    assert "public.check_history" in dict(answer.found("warning"))  # dropped before the columnstore would take it


def test_an_aggregate_dropped_inside_its_own_refresh(community_lighthouse: Database) -> None:
    community_lighthouse.sql("SELECT remove_retention_policy('daily_metrics')")
    community_lighthouse.sql("SELECT add_retention_policy('daily_metrics', interval '5 days')")
    assert "public.daily_metrics" in dict(doctor(community_lighthouse).found("warning"))


def test_an_owner_that_cannot_log_in(community_lighthouse: Database) -> None:
    community_lighthouse.sql("CREATE ROLE keeper LOGIN; GRANT CREATE ON SCHEMA public TO keeper")
    community_lighthouse.sql("ALTER TABLE alert_history OWNER TO keeper")
    assert doctor(community_lighthouse).code == 0
    community_lighthouse.sql("ALTER ROLE keeper NOLOGIN")
    answer = doctor(community_lighthouse)
    assert answer.code == 1
    errors = answer.found("error")
    assert len(errors) == 2  # the columnstore's job and the retention's
    assert all("public.alert_history" in name and "keeper" in what for name, what in errors)


def test_a_job_that_is_switched_off(lighthouse: Database) -> None:
    if lighthouse.edition == "apache":
        lighthouse.sql(
            "SELECT cron.alter_job(jobid, active => false) FROM cron.job WHERE jobname LIKE '%refresh%hourly%'"
        )
    else:
        lighthouse.sql(
            "SELECT alter_job(job_id, scheduled => false) FROM timescaledb_information.jobs "
            "WHERE proc_name = 'policy_refresh_continuous_aggregate' AND hypertable_name LIKE 'hourly%'"
        )
    answer = doctor(lighthouse)
    assert answer.code == 0
    found = [name for name, what in answer.found("warning") if what == "is switched off"]
    assert len(found) == 1
    assert "hourly_metrics" in found[0]


def test_an_index_that_is_invalid(lighthouse: Database) -> None:
    lighthouse.sql("INSERT INTO users (email, name) VALUES ('a@example.org', 'a'), ('b@example.org', 'a')")
    with pytest.raises(Exception, match="could not create unique index"):
        lighthouse.sql("CREATE UNIQUE INDEX CONCURRENTLY users_name ON users (name)")
    assert "public.users users_name" in dict(doctor(lighthouse).found("warning"))


def test_policies_that_nobody_declared(lighthouse: Database) -> None:
    if lighthouse.edition == "apache":
        lighthouse.sql("SELECT cron.schedule('by hand', '0 0 * * *', 'SELECT 1')")
        expected = "by hand"
    else:
        lighthouse.sql(
            "CREATE TABLE other (at timestamptz NOT NULL); SELECT create_hypertable('other', 'at'); "
            "SELECT add_retention_policy('other', interval '1 year')"
        )
        expected = "public.other"
    answer = doctor(lighthouse)
    assert answer.code == 0
    assert [row["object"] for row in answer.json["findings"] if row["check"] == "undeclared"] == [expected]


def _runs(database: Database, query: str) -> None:
    deadline = time.monotonic() + 60
    while not database.sql(query)[0][0]:
        assert time.monotonic() < deadline
        time.sleep(0.3)


def test_a_job_that_fails_is_an_error_and_one_that_only_looks_so_is_not(community_lighthouse: Database) -> None:
    community_lighthouse.sql("CREATE PROCEDURE fine(job int, config jsonb) LANGUAGE sql AS 'SELECT 1'")
    community_lighthouse.sql(
        "CREATE PROCEDURE broken(job int, config jsonb) LANGUAGE plpgsql AS $$BEGIN RAISE 'no such luck'; END$$"
    )
    jobs = [
        community_lighthouse.sql(f"SELECT add_job('{name}', interval '1 hour')")[0][0] for name in ("fine", "broken")
    ]
    _runs(
        community_lighthouse,
        f"SELECT count(*) = 2 FROM timescaledb_information.job_stats WHERE job_id IN ({jobs[0]}, {jobs[1]}) "
        "AND last_run_status IS NOT NULL AND job_status <> 'Running'",
    )
    answer = doctor(community_lighthouse)
    assert answer.code == 1
    errors = answer.found("error")
    assert [name.startswith(f"job {jobs[1]} ") for name, _ in errors] == [True], errors
    assert "no such luck" in errors[0][1]
    failed = community_lighthouse.sql(
        f"SELECT last_run_status FROM timescaledb_information.job_stats WHERE job_id = {jobs[0]}"
    )
    warned = [what for _, what in answer.found("warning") if "although its work is committed" in what]
    assert len(warned) == (1 if failed == [("Failed",)] else 0)


def test_a_cron_job_that_fails(apache_database: Database) -> None:
    converge(apache_database)
    apache_database.sql("SELECT cron.schedule('bad', '1 seconds', 'SELECT 1 / 0')")
    _runs(apache_database, "SELECT EXISTS (SELECT FROM cron.job_run_details WHERE status = 'failed')")
    apache_database.sql("SELECT cron.alter_job(jobid, schedule => '0 0 1 1 *') FROM cron.job WHERE jobname = 'bad'")
    answer = doctor(apache_database)
    assert answer.code == 1
    assert "division by zero" in dict(answer.found("error"))[next(name for name, _ in answer.found("error"))]


def _catalog(database: Database) -> list[list[tuple[object, ...]]]:
    """Every catalog row that a writer would have touched, with the transaction that wrote it."""
    tables = ("pg_class", "pg_attribute", "pg_proc", "pg_type", "pg_depend", "pg_namespace", "pg_rewrite", "pg_trigger")
    found = [database.sql(f"SELECT xmin::text, ctid::text FROM {name} ORDER BY ctid") for name in tables]
    found.append(database.sql("SELECT xmin::text, * FROM pulumi_timescaledb.made ORDER BY 2, 3"))
    found.append(database.sql("SELECT xmin::text, * FROM pulumi_timescaledb.history ORDER BY id"))
    return found


def test_it_writes_nothing(lighthouse: Database) -> None:
    # ANALYZE of a background worker writes statistics into pg_class
    lighthouse.sql("VACUUM ANALYZE")
    before = _catalog(lighthouse)
    assert doctor(lighthouse).code == 0
    assert tsdb(lighthouse, "status", "--json").code == 0
    assert _catalog(lighthouse) == before


def test_a_role_without_rights_can_look(lighthouse: Database) -> None:
    """The catalogs are open to everybody; our ledger and the reasons of failed jobs are not, and are left out."""
    lighthouse.sql(f"CREATE ROLE onlooker LOGIN PASSWORD '{lighthouse.server.password or 'none'}'")
    answer = doctor(lighthouse, user="onlooker")
    assert answer.code in (0, 1), answer  # a failed job whose error this role may not see counts as failed
    assert {"hypertable", "role"} <= {row["kind"] for row in answer.json["objects"]}
    assert all("or not shown to this role" in what for _, what in answer.found("error"))
