"""Migrations that go wrong, on a real server: what is left behind, which line is named, and how to go on.

Not proved here: a provider that is killed in the middle (tests/engine).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pulumi_timescaledb.database.plan import apply
from pulumi_timescaledb.errors import Failed, Refusal

from ..support.fix_database import Database
from .system import Managed

APPLIED = "SELECT name FROM pulumi_timescaledb.migration ORDER BY name"
NO_TRANSACTION = "-- tsdb: no transaction\n"


class Folder:
    """A folder of migrations over a database."""

    def __init__(self, database: Database, path: Path) -> None:
        """Empty at first."""
        self.database, self.path = database, path

    def up(self, **arguments: Any) -> list[str]:
        """Converge the folder as it is now."""
        return Managed(self.database, [{"kind": "migrations", "directory": str(self.path), **arguments}]).up()

    def write(self, name: str, text: str) -> None:
        """One file."""
        (self.path / name).write_text(text, encoding="utf-8")

    def applied(self) -> list[str]:
        """The recorded files."""
        return [name for (name,) in self.database.sql(APPLIED)]


@pytest.fixture
def folder(database: Database, tmp_path: Path) -> Folder:
    """A folder whose first file is fine."""
    made = Folder(database, tmp_path)
    made.write("001_first.sql", "CREATE TABLE first (id int PRIMARY KEY);\n")
    return made


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("SELECT 1;\n\nSELECT nothing;\n", 3, 'column "nothing" does not exist'),
        ("SELECT 1,\n  2,\n  nothing;\n", 3, 'column "nothing" does not exist'),
        ("-- é ü\nSELECT 'ü';\nSELEC 1;\n", 3, "syntax error"),
        ("INSERT INTO first VALUES (1);\n\n/* ; */ INSERT INTO\n first VALUES (1);\n", 3, "duplicate key"),
        ("CREATE TABLE second (a int);\nSELECT 1 / 0;\nSELECT 2;", 2, "division by zero"),
        ("DO $$ BEGIN\n  RAISE EXCEPTION 'no; never'; END $$;", 1, "no; never"),
    ],
)
def test_a_refused_file_is_told_with_its_line_and_leaves_nothing(
    folder: Folder, text: str, line: int, said: str
) -> None:
    """The files before it stay applied, each having been a transaction of its own; once mended it runs."""
    folder.write("002_wrong.sql", text)
    with pytest.raises(Failed) as caught:
        folder.up()
    sentence = str(caught.value)
    assert f"002_wrong.sql at line {line}: " in sentence
    assert said in sentence
    assert "\n" not in sentence
    assert folder.applied() == ["001_first.sql"]
    assert folder.database.sql("SELECT to_regclass('second') IS NULL, (SELECT count(*) FROM first)") == [(True, 0)]
    folder.write("002_wrong.sql", "CREATE TABLE second (a int);")
    folder.up()
    assert folder.applied() == ["001_first.sql", "002_wrong.sql"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("CREATE TABLE second (a int);\nCOMMIT;\nSELECT 1/0;", ["COMMIT", "line 2", "no transaction"]),
        ("BEGIN;\nCREATE TABLE second (a int);\nEND;", ["BEGIN", "line 1"]),
        ("start  transaction;", ["START", "line 1"]),
        ("-- tsdb: no transactions\nSELECT 1;", ["first line", "-- tsdb: no transaction"]),
    ],
)
def test_a_file_that_would_end_our_transaction_is_refused(folder: Folder, text: str, words: list[str]) -> None:
    """Before any of it runs; a savepoint is no end."""
    folder.write("002_ends.sql", text)
    with pytest.raises(Refusal) as caught:
        folder.up()
    assert all(word in str(caught.value) for word in ["002_ends.sql", *words])
    assert folder.database.sql("SELECT to_regclass('second') IS NULL") == [(True,)]
    folder.write("002_ends.sql", "SAVEPOINT a; CREATE TABLE second (a int); ROLLBACK TO a;")
    folder.up()
    assert folder.applied() == ["001_first.sql", "002_ends.sql"]


def test_a_file_that_is_not_utf8_is_refused_with_its_line(folder: Folder) -> None:
    """The server would have refused it with a byte and no file."""
    (folder.path / "002_latin.sql").write_bytes(b"SELECT 1;\nSELECT '\xe9';\n")
    with pytest.raises(Refusal, match=r"002_latin\.sql is not UTF-8 at line 2"):
        folder.up()


def test_copy_from_the_client_is_refused_in_a_sentence(folder: Folder) -> None:
    """There is no client that could send the rows; nothing hangs and nothing is left."""
    folder.write("002_copy.sql", "CREATE TABLE second (a int);\nCOPY second FROM STDIN;\n1\n\\.\n")
    with pytest.raises((Failed, Refusal), match=r"002_copy\.sql"):
        folder.up()
    assert folder.applied() == ["001_first.sql"]
    assert folder.database.sql("SELECT to_regclass('second') IS NULL") == [(True,)]


def test_a_file_outside_of_a_transaction_that_stopped_is_known(folder: Folder) -> None:
    """Its first half stays, the rerun refuses with both ways forward, and each of them works."""
    folder.write("002_half.sql", NO_TRANSACTION + "CREATE TABLE IF NOT EXISTS second (a int);\n\nSELECT 1 / 0;\n")
    with pytest.raises(Failed, match=r"002_half\.sql at line 4: division by zero"):
        folder.up()
    assert folder.database.sql("SELECT to_regclass('second') IS NOT NULL") == [(True,)]
    assert folder.applied() == ["001_first.sql"]
    with pytest.raises(Refusal) as caught:
        folder.up()
    assert all(word in str(caught.value) for word in ["002_half.sql", "half_run", "complete", "again"])
    folder.write("002_half.sql", NO_TRANSACTION + "CREATE TABLE IF NOT EXISTS second (a int);\nVACUUM second;\n")
    with pytest.raises(Refusal, match="half_run"):
        folder.up()  # a mended file does not tell what the first attempt left
    folder.up(half_run={"002_half.sql": "again"})
    assert folder.applied() == ["001_first.sql", "002_half.sql"]
    assert folder.database.sql("SELECT count(*) FROM pulumi_timescaledb.migration_started") == [(0,)]
    assert folder.up(half_run={"002_half.sql": "again"}) == []  # what was decided is over


def test_a_script_may_end_as_another_role(folder: Folder) -> None:
    """The record is written on a session of ours, whatever the file did to its own."""
    folder.database.sql("CREATE ROLE nobody_much")
    folder.write("002_role.sql", NO_TRANSACTION + "SET ROLE nobody_much;\nSET search_path = nowhere;\n")
    folder.up()
    assert folder.applied() == ["001_first.sql", "002_role.sql"]


def tool(path: Path, migrate: str, check: str = "exit 1") -> dict[str, Any]:
    """Another tool's migrations: two shell scripts in a folder."""
    (path / "migrate").write_text(migrate + "\n")
    (path / "check").write_text(check + "\n")
    return {"kind": "migrations", "directory": str(path), "migrate_command": ["sh", "migrate"],
            "check_command": ["sh", "check"]}  # fmt: skip


def test_a_tool_that_fails_is_told_by_its_last_line_without_secrets(
    apache_database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The password reaches it in the environment, and neither its output nor the sentence shows it."""
    migrate = 'echo "arguments: $0 $*"; echo "secret is $PGPASSWORD"; echo; echo "no: $PGPASSWORD"; exit 7'
    given = Managed(apache_database, [tool(tmp_path, migrate)])
    secret = apache_database.server.password
    assert secret
    with pytest.raises(Failed) as caught:
        given.up()
    printed = capsys.readouterr().out
    assert "exit code 7: no: ***" in str(caught.value)
    assert "secret is ***" in printed
    assert secret not in printed + str(caught.value)


def test_a_tool_gets_the_database_it_is_to_work_on(
    apache_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Host, port, user and database of the session, and nothing of another one that this process has variables for."""
    for name, value in {"PGHOST": "elsewhere", "PGTARGETSESSIONATTRS": "any", "PGDATABASE": "other"}.items():
        monkeypatch.setenv(name, value)
    migrate = 'env | grep ^PG | sort > seen; psql -qXc "CREATE TABLE by_tool (a int)"'
    check = "psql -AtXc \"SELECT to_regclass('by_tool') IS NOT NULL\" | grep -q t"
    given = Managed(apache_database, [tool(tmp_path, migrate, check)])
    (changes,) = given.plan().changes.values()
    assert [each.note.startswith("would run sh migrate") for each in changes] == [True]
    assert given.up() == ["run sh migrate"]
    assert given.up() == []
    assert apache_database.sql("SELECT count(*) FROM by_tool") == [(0,)]
    seen = dict(line.split("=", 1) for line in (tmp_path / "seen").read_text().splitlines())
    assert seen["PGDATABASE"] == apache_database.connection.database
    assert seen["PGPORT"] == str(apache_database.connection.port)
    assert "PGTARGETSESSIONATTRS" not in seen


def test_a_tool_that_leaves_work_is_not_run_for_ever(apache_database: Database, tmp_path: Path) -> None:
    """Its check says that something is left after it ended well: told at once, after one run."""
    given = Managed(apache_database, [tool(tmp_path, "echo run >> runs", "echo two are left; exit 4")])
    with pytest.raises(Failed, match=r"check_command still ends with exit code 4 \(two are left\)"):
        given.up()
    assert (tmp_path / "runs").read_text() == "run\n"


def test_a_tool_that_takes_too_long_is_ended_with_what_it_started(apache_database: Database, tmp_path: Path) -> None:
    """Within the time-out and the grace, and its own children with it."""
    late = tool(tmp_path, "(sleep 100; echo late > late) & echo $! > child; wait")
    given = Managed(apache_database, [{**late, "timeout": "1 second"}])
    with pytest.raises(Failed, match="did not end within 1 second"):
        apply.converge(given.reader, given.declared[0], apache_fallback=False, acknowledged={})
    child = int((tmp_path / "child").read_text())
    state = Path(f"/proc/{child}/stat")
    assert not state.exists() or state.read_text().split()[2] == "Z"
