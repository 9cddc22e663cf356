"""``tsdb import`` on real servers: it writes nothing there, and what it cannot do is one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.engine.imported import run
from tests.support.fix_database import Database
from tests.systems.catalog import catalog, load

NOWHERE = "postgresql://u:canary-7f3a@127.0.0.1:9/d"


def refused(database: Database, folder: Path, *arguments: str, **environment: str) -> str:
    """The sentence, after looking that it is one and that nothing was left behind."""
    around = folder.parent if folder.parent.exists() else folder.parents[1]
    before = sorted(around.rglob("*"))
    done = run(database, str(folder), *arguments, **environment)
    assert done.returncode == 2, done.stdout
    assert done.stdout == ""
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr
    assert sorted(around.rglob("*")) == before
    return done.stderr


def test_the_database_is_as_before_and_the_same_import_writes_the_same(database: Database, tmp_path: Path) -> None:
    """No ledger, no row; and two imports differ in nothing, so that the second one can be compared with the first."""
    load(database, "odd")
    before = catalog(database)
    writes = (
        "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables WHERE schemaname !~ '^_timescaledb'"
    )
    rows = database.sql(writes)
    for name in ("one", "two"):
        done = run(database, str(tmp_path / name), "--project", "odd")
        assert done.returncode == 0, done.stderr
        assert "pulumi stack import --file state.json" in done.stdout
    assert catalog(database) == before
    assert database.sql(writes) == rows
    assert not database.sql("SELECT 1 FROM pg_namespace WHERE nspname = 'pulumi_timescaledb'")
    names = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*") if path.is_file())
    assert [str(name) for name in names] == [
        "Pulumi.yaml", "__main__.py", "migrations/001_baseline.sql", "requirements.txt", "state.json"
    ]  # fmt: skip
    for path in names:
        assert (tmp_path / "one" / path).read_bytes() == (tmp_path / "two" / path).read_bytes()


def test_no_password_is_written_anywhere(apache_database: Database, tmp_path: Path) -> None:
    """Neither the one that the import used nor a role's; the program names where it will find its own."""
    apache_database.sql("CREATE EXTENSION timescaledb; CREATE ROLE app LOGIN PASSWORD 'canary-7f3a'")
    done = run(apache_database, str(tmp_path / "out"), "--password-ref", "file:.local/password", "--json")
    assert done.returncode == 0, done.stderr
    written = "".join(path.read_text() for path in (tmp_path / "out").rglob("*") if path.is_file()) + done.stdout
    assert "file:.local/password" in written
    assert "canary" not in written
    assert "SCRAM" not in written
    assert apache_database.server.password not in written
    assert not (tmp_path / "out" / "migrations").exists()  # there is no table yet
    assert "role:app" in json.loads(done.stdout)["objects"]


def test_a_folder_that_exists_is_refused(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    assert "exists already" in refused(database, folder)
    (tmp_path / "file").write_text("mine")
    assert "exists already" in refused(database, tmp_path / "file")
    assert (tmp_path / "file").read_text() == "mine"
    assert "create it first" in refused(database, tmp_path / "no" / "such")


def test_a_server_that_does_not_answer_is_refused(database: Database, tmp_path: Path) -> None:
    sentence = refused(database, tmp_path / "out", TSDB_DSN=NOWHERE)
    assert "cannot be reached" in sentence
    assert "canary" not in sentence


def test_a_database_without_timescaledb_is_refused(database: Database, tmp_path: Path) -> None:
    assert "has no TimescaleDB to import" in refused(database, tmp_path / "out")


def test_a_role_that_may_not_look_is_refused(database: Database, tmp_path: Path) -> None:
    """It would find less than there is, and what it cannot read it cannot compare."""
    load(database, "lighthouse")
    database.sql("CREATE ROLE looker LOGIN PASSWORD 'tests-only'")
    there = database.connection
    dsn = f"host={there.host} port={there.port} user=looker dbname={there.database}"
    sentence = refused(database, tmp_path / "out", TSDB_DSN=dsn, PGPASSWORD="tests-only")
    assert "cannot be imported as looker, which may not read public.alert_channels and " in sentence
    database.sql("GRANT pg_read_all_data TO looker")
    done = run(database, str(tmp_path / "out"), TSDB_DSN=dsn, PGPASSWORD="tests-only")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--password-ref", "hunter2canary"], "is not a reference to a password"),
        (["--new-stack", "a b"], "--new-stack is not a name"),
        (["--project", "a/b"], "--project is not a name"),
        (["--stack", "dev"], "give one of them"),
    ],
)
def test_an_argument_that_cannot_be_used_is_refused(
    apache_database: Database, tmp_path: Path, arguments: list[str], words: str
) -> None:
    apache_database.sql("CREATE EXTENSION timescaledb")
    sentence = refused(apache_database, tmp_path / "out", *arguments)
    assert words in sentence
    assert "canary" not in sentence


def test_a_host_that_can_never_hold_timescaledb_is_refused_before_it_is_asked(
    apache_database: Database, tmp_path: Path
) -> None:
    sentence = refused(apache_database, tmp_path / "out", TSDB_DSN="host=a.rds.amazonaws.com user=u dbname=d")
    assert "Amazon RDS" in sentence


def test_a_database_managed_before_gets_a_folder_of_its_own(database: Database, tmp_path: Path) -> None:
    """The ledger's rows belong to another program's files, which an import does not have."""
    load(database, "dash")
    database.sql(
        "CREATE SCHEMA pulumi_timescaledb; CREATE TABLE pulumi_timescaledb.made (kind text, object text);"
        "CREATE TABLE pulumi_timescaledb.history (kind text, object text, acknowledgement text);"
        "CREATE TABLE pulumi_timescaledb.migration (directory text, name text, checksum text);"
        "INSERT INTO pulumi_timescaledb.migration VALUES ('migrations', '001_own.sql', 'aa')"
    )
    done = run(database, str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "baseline" / "001_baseline.sql").exists()
    assert 'migrations(directory="baseline", baseline="001_baseline.sql")' in (tmp_path / "out/__main__.py").read_text()


def test_it_says_which_objects_another_stack_manages(database: Database, tmp_path: Path) -> None:
    """The first preview of the new program would refuse them."""
    load(database, "dash")
    database.sql(
        "CREATE SCHEMA pulumi_timescaledb; CREATE TABLE pulumi_timescaledb.owner (object text, stack text);"
        "INSERT INTO pulumi_timescaledb.owner VALUES ('hypertable:public.pipeline_events', 'acme/dash/prod'),"
        "('hypertable:public.gone', 'acme/dash/prod')"
    )
    done = run(database, str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    assert "The stack acme/dash/prod manages 1 of these objects, and the first preview refuses them" in done.stdout
    assert "finds nothing to do" not in done.stdout
