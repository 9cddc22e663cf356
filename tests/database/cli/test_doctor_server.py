"""``tsdb doctor`` on the server's own affairs and on what nobody declared: indexes, workers, ids, settings, roles."""

from __future__ import annotations

import time

import psycopg
import pytest

from tests.support.fix_database import Database

from .lighthouse import Answer, converge, tsdb

EVENTS = """
CREATE EXTENSION timescaledb;
CREATE TABLE events (at timestamptz NOT NULL, device int, note text);
SELECT create_hypertable('events', 'at', chunk_time_interval => interval '1 day', create_default_indexes => false);
"""


@pytest.fixture
def events(database: Database) -> Database:
    """A hypertable without any index, on each edition."""
    database.sql(EVENTS)
    database.sql("INSERT INTO events SELECT now() - i * interval '1 day', i, 'x' FROM generate_series(0, 3) i")
    return database


def doctor(database: Database, *arguments: str, user: str = "") -> Answer:
    """The doctor's JSON."""
    return tsdb(database, "doctor", "--json", *arguments, user=user)


# ---------------------------------------------------------------------------------------------------------- indexes
def test_a_hypertable_without_an_index_that_begins_with_its_time(events: Database) -> None:
    events.sql("CREATE INDEX ON events (device, at DESC)")
    answer = doctor(events)
    assert [(severity, name) for severity, name, _ in answer.check("time_index")] == [("warning", "public.events")]
    events.sql(answer.remedies("time_index")[0])
    assert doctor(events).check("time_index") == []  # and the statistics are too young to say that nobody uses it


@pytest.mark.parametrize("where", ["hypertable", "chunk", "table"])
def test_an_invalid_index_and_its_remedy(events: Database, where: str) -> None:
    events.sql('CREATE INDEX "Odd 100%" ON events (device)')
    events.sql('CREATE TABLE "Plain ""T""" (a int); CREATE INDEX "Plain I" ON "Plain ""T""" (a)')
    index = {"hypertable": "Odd 100%", "chunk": "%hyper%Odd 100\\%%", "table": "Plain I"}[where]
    events.sql(
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = "
        f"(SELECT oid FROM pg_class WHERE relname LIKE '{index}' AND relkind = 'i' ORDER BY oid LIMIT 1)"
    )
    answer = doctor(events)
    ((severity, name, what),) = answer.check("indexes")
    assert severity == "warning"
    assert "invalid" in what
    (remedy,) = answer.remedies("indexes")
    if where == "hypertable":
        assert name == 'public.events "Odd 100%"'
        first, _, second = remedy.partition("; then ")
        events.sql(first)
        events.sql(second)
    else:
        events.sql(remedy.rpartition(", or ")[0])
    assert doctor(events).check("indexes") == []


# ----------------------------------------------------------------------------------------------------------- chunks
def test_the_newest_chunks_do_not_fit_into_memory(events: Database) -> None:
    events.sql("INSERT INTO events SELECT now(), 1, repeat('x', 1000) FROM generate_series(1, 70000)")
    assert doctor(events, "--memory", "1GiB").check("chunks") == []
    answer = doctor(events, "--memory", "256MiB")
    ((severity, _, what),) = answer.check("chunks")
    assert severity == "warning"
    assert "a quarter of the memory (64.0 MB)" in what
    assert "public.events" in what
    events.sql(answer.remedies("chunks")[0].partition(", which")[0])
    length = "SELECT time_interval < interval '1 day' FROM timescaledb_information.dimensions"
    assert events.sql(length) == [(True,)]


# ---------------------------------------------------------------------------------------------------------- workers
def test_a_scheduler_that_does_not_run(community_database: Database) -> None:
    database = community_database
    database.sql(EVENTS)
    database.sql("CREATE PROCEDURE fine(job int, config jsonb) LANGUAGE sql AS 'SELECT 1'")
    job = database.sql("SELECT add_job('fine', interval '1 hour', initial_start => now() + interval '1 day')")[0][0]
    assert [row for row in doctor(database).check("workers") if row[0] == "error"] == []
    database.sql("SELECT _timescaledb_functions.stop_background_workers()")
    database.sql(f"SELECT alter_job({job}, next_start => now() - interval '1 day')")
    answer = doctor(database)
    assert answer.code == 1
    assert [name for severity, name, _ in answer.check("workers") if severity == "error"] == ["database lighthouse"]
    assert [what for severity, _, what in answer.check("jobs")] == ["has never run, and was due 1 day ago"]
    remedy = next(each for each in answer.remedies("workers") if "start_background_workers" in each)
    database.sql(remedy.partition(";")[0])
    deadline = time.monotonic() + 30
    while [row for row in doctor(database).check("workers") if row[0] == "error"]:  # the launcher takes a moment
        assert time.monotonic() < deadline


# -------------------------------------------------------------------------------------------------- transaction ids
def test_a_table_whose_rows_are_not_frozen_in_time(events: Database) -> None:
    old = events.session()
    try:
        old.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        old.execute("SELECT pg_current_xact_id()")
        events.sql('CREATE TABLE "Aging 100%" (a int) WITH (autovacuum_freeze_max_age = 100000)')
        assert doctor(events).check("transaction_ids") == []
        events.sql(
            "CREATE TEMP TABLE t (a int); DO $$BEGIN FOR i IN 1..130000 LOOP "
            "BEGIN INSERT INTO t VALUES (1); EXCEPTION WHEN others THEN NULL; END; END LOOP; END$$"
        )
        answer = doctor(events)
        ((severity, name, what),) = answer.check("transaction_ids")
        assert (severity, name) == ("warning", 'public."Aging 100%"')
        pid = old.info.backend_pid
        assert f"the session {pid} holds it back" in what
        first, _, second = answer.remedies("transaction_ids")[0].partition("; then ")
        assert first == f"SELECT pg_terminate_backend({pid})"
        events.sql(first)
        events.sql(second)
        assert doctor(events).check("transaction_ids") == []
    finally:
        old.close()


# --------------------------------------------------------------------------------------------------------- settings
def test_settings_are_compared_with_those_of_the_machine_that_was_said(events: Database) -> None:
    ((severity, _, what),) = doctor(events).check("settings")
    assert severity == "note"
    assert "--memory and --cpus not given" in what
    ((_, _, what),) = doctor(events, "--cpus", "4").check("settings")
    assert "--memory not given" in what
    answer = doctor(events, "--memory", "64GiB", "--cpus", "16")
    found = {name: (severity, what) for severity, name, what in answer.check("settings")}
    assert found["shared_buffers"][0] == "warning"
    assert found["shared_buffers"][1].endswith("tuned 16GB")
    assert "default_statistics_target" not in found
    assert answer.code == 0
    refused = tsdb(events, "doctor", "--memory", "lots", "--cpus", "4")
    assert refused.code == 2
    assert refused.error.startswith("error: --memory is not a size with a unit")


# ------------------------------------------------------------------------------------------------------- undeclared
def test_what_nobody_declared(database: Database) -> None:
    converge(database)
    assert doctor(database).check("undeclared") == []
    database.sql("CREATE TABLE theirs (at timestamptz NOT NULL); SELECT create_hypertable('theirs', 'at')")
    database.sql('CREATE ROLE "Some One"; GRANT SELECT ON theirs TO "Some One"')
    database.sql("CREATE ROLE elsewhere")  # of the server, and with no right here
    expected = {"public.theirs", "role Some One"}
    if database.edition == "community":
        database.sql(
            "CREATE MATERIALIZED VIEW theirs_daily WITH (timescaledb.continuous) AS "
            "SELECT time_bucket('1 day', at) AS day, count(*) FROM theirs GROUP BY 1 WITH NO DATA"
        )
        database.sql("CREATE PROCEDURE fine(job int, config jsonb) LANGUAGE sql AS 'SELECT 1'")
        job = database.sql("SELECT add_job('fine', interval '1 hour')")[0][0]
        expected |= {"public.theirs_daily", f"job {job} (User-Defined Action [{job}])"}
    else:
        database.sql("SELECT cron.schedule('by hand', '0 0 * * *', 'SELECT 1')")
        expected |= {"by hand"}
    answer = doctor(database)
    assert {name for _, name, _ in answer.check("undeclared")} == expected
    assert {severity for severity, _, _ in answer.check("undeclared")} == {"note"}


# --------------------------------------------------------------------------------------------- a role without rights
def test_what_a_role_without_rights_cannot_see_is_said(database: Database) -> None:
    converge(database)
    database.sql("INSERT INTO check_history SELECT now() - i * interval '1 hour', gen_random_uuid(), 'up', 200, 1 "
                 "FROM generate_series(1, 100) i")  # fmt: skip
    database.sql(f"CREATE ROLE \"Onlooker's\" LOGIN PASSWORD '{database.server.password or 'none'}'")
    database.sql("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    answer = doctor(database, user="Onlooker's")
    assert answer.code in (0, 1), answer
    unread = {name for _, name, _ in answer.check("unread")}
    assert {"what was declared", "transactions of other sessions"} <= unread
    if database.edition == "community":
        assert any(name.startswith("how far behind public.") for name in unread), unread
    assert {severity for severity, _, _ in answer.check("unread")} == {"note"}
    grants = [each for each in answer.remedies("unread") if each.startswith("GRANT ")]
    assert grants
    for grant in set(grants):
        database.sql(grant)
    left = {name for _, name, _ in doctor(database, user="Onlooker's").check("unread")}
    assert left <= {"cron jobs of other roles"}


def test_a_function_of_another_role_is_not_run_with_the_rights_of_a_superuser(community_database: Database) -> None:
    """What says the present of integer time is written by a table's owner."""
    database = community_database
    database.sql("CREATE EXTENSION timescaledb")
    database.sql(f"CREATE ROLE maker LOGIN PASSWORD '{database.server.password or 'none'}'")
    database.sql("GRANT CREATE ON SCHEMA public TO maker")
    database.sql("CREATE TABLE numbered (n bigint NOT NULL); SELECT create_hypertable('numbered', 'n', "
                 "chunk_time_interval => 10)")  # fmt: skip
    database.sql(
        "CREATE FUNCTION present() RETURNS bigint LANGUAGE plpgsql STABLE AS $$BEGIN RAISE 'was run'; END$$;"
        "ALTER FUNCTION present() OWNER TO maker; ALTER TABLE numbered OWNER TO maker"
    )
    database.sql("SELECT set_integer_now_func('numbered', 'present')")
    ((_, name, what),) = doctor(database).check("unread")
    assert name == "ages of public.numbered"
    assert "public.present" in what
    assert "is not called" in what
    ((_, name, what),) = doctor(database, user="maker").check("unread")[:1]
    assert "was run" in what  # its owner's own function, and a failure that leaves the rest standing


# ------------------------------------------------------------------------------------------------------ the printing
def test_the_text_begins_with_the_worst_and_says_what_is_alike_once(events: Database) -> None:
    events.sql("CREATE ROLE reader; GRANT USAGE ON SCHEMA public TO reader; CREATE TABLE secret (a int)")
    events.sql("ALTER TABLE secret ENABLE ROW LEVEL SECURITY")
    events.sql('CREATE MATERIALIZED VIEW "Leak 100%" AS SELECT a FROM secret')
    events.sql('GRANT SELECT ON "Leak 100%" TO reader')
    for name in ("a", "b"):
        events.sql(f"CREATE TABLE {name} (at timestamptz NOT NULL); SELECT create_hypertable('{name}', 'at', "
                   "create_default_indexes => false)")  # fmt: skip
    answer = tsdb(events, "doctor", "--memory", "1GiB", "--cpus", "2")
    assert answer.code == 1
    lines = answer.out.splitlines()
    assert lines[2] == 'error    public."Leak 100%"'
    (shared,) = (line for line in lines if "public.events" in line and line.startswith("warning"))
    assert shared == "warning  public.a, public.b, public.events"
    severities = [line.split()[0] for line in lines if line[:8].strip() in ("error", "warning", "note")]
    assert severities == sorted(severities, key=["error", "warning", "note"].index)
    assert lines[-1].startswith("1 error, ")
    assert "\x1b" not in answer.out


# ------------------------------------------------------------------------------------------------------------- cron
def test_a_cron_job_is_judged_by_the_chunks_that_it_was_to_drop(apache_database: Database) -> None:
    database = apache_database
    database.sql(EVENTS + "CREATE EXTENSION pg_cron")
    database.sql("INSERT INTO events SELECT now() - i * interval '1 day', i, 'x' FROM generate_series(0, 20) i")
    database.sql("SELECT cron.schedule('tidy', '1 seconds', $$SELECT drop_chunks('events', interval '10 days')$$)")
    deadline = time.monotonic() + 60
    while not database.sql("SELECT 1 FROM cron.job_run_details WHERE status = 'succeeded' LIMIT 1"):
        assert time.monotonic() < deadline
        time.sleep(0.3)
    database.sql("SELECT cron.alter_job(jobid, schedule => '0 0 1 1 *') FROM cron.job")
    assert doctor(database).check("jobs") == []
    database.sql("INSERT INTO events SELECT now() - interval '19 days', 1, 'x'")
    assert doctor(database).check("jobs") == []  # filled in after the run
    time.sleep(3)  # for a run that had begun
    database.sql("UPDATE cron.job_run_details SET start_time = now() + interval '1 minute'")
    answer = doctor(database)
    assert answer.code == 1
    ((severity, name, what),) = answer.check("jobs")
    assert severity == "error"
    assert name.endswith("(tidy, public.events)")
    assert "recorded successful, but 1 chunk older than 10 days is still there" in what
