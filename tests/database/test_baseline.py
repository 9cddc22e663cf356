"""A baseline of migrations on a real server: what was there before counts as applied, and an empty database gets it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pulumi_timescaledb.errors import TimescaleDBError

from ..support.fix_database import Database
from .system import Managed

TABLES = (
    'CREATE TABLE users (id int PRIMARY KEY);\nCREATE SCHEMA IF NOT EXISTS "Odd %";\n'
    'CREATE TABLE "Odd %"."Über \'Table\'" (id int REFERENCES users (id));\n'
)
LATER = "ALTER TABLE users ADD COLUMN name text;"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of migrations whose first file is the baseline."""
    (tmp_path / "001_baseline.sql").write_text(TABLES, encoding="utf-8")
    return tmp_path


def managed(database: Database, folder: Path) -> Managed:
    """The declared migrations."""
    declared = [{"kind": "migrations", "directory": str(folder), "baseline": "001_baseline.sql"}]
    return Managed(database, declared)


def recorded(database: Database) -> list[str]:
    """The files in the ledger, which is hand-read; none where there is no ledger."""
    if not database.sql("SELECT 1 FROM pg_namespace WHERE nspname = 'pulumi_timescaledb'"):
        return []
    return [name for (name,) in database.sql("SELECT name FROM pulumi_timescaledb.migration ORDER BY 1")]


def test_an_empty_database_gets_it_like_any_other_file(database: Database, folder: Path) -> None:
    """It runs once, is recorded, and from then on is a migration like the others."""
    system = managed(database, folder)
    (changes,) = system.plan().changes.values()
    assert [(each.action, each.field) for each in changes] == [("create", "001_baseline.sql")]
    system.up()
    assert recorded(database) == ["001_baseline.sql"]
    assert managed(database, folder).up() == []
    (folder / "001_baseline.sql").write_text(TABLES + "-- changed", encoding="utf-8")
    (sentence,) = managed(database, folder).plan().refusals
    assert "was applied with checksum" in sentence


def test_a_database_that_has_its_tables_is_left_alone(database: Database, folder: Path) -> None:
    """Nothing differs, nothing runs and nothing is written, not even the ledger; the preview says why."""
    database.sql(TABLES)
    system = managed(database, folder)
    plan = system.plan()
    assert [list(changes) for changes in plan.changes.values()] == [[]]
    assert [note for note in plan.notes if "001_baseline.sql counts as applied" in note and "(2)" in note]
    assert system.differences() == {}
    assert system.up() == []
    assert recorded(database) == []


def test_it_is_written_down_with_the_first_file_that_follows(database: Database, folder: Path) -> None:
    """Both rows in one transaction, so that the later file never stands before the one it builds on."""
    database.sql(TABLES)
    (folder / "002_names.sql").write_text(LATER)
    (folder / "003_more.sql").write_text("CREATE INDEX ON users (name);")
    system = managed(database, folder)
    (changes,) = system.plan().changes.values()
    assert [each.field for each in changes] == ["002_names.sql", "003_more.sql"]
    system.up()
    assert recorded(database) == ["001_baseline.sql", "002_names.sql", "003_more.sql"]
    again = managed(database, folder)
    assert again.up() == []
    assert not [note for note in again.plan().notes if "counts as applied" in note]
    database.sql('DROP TABLE "Odd %"."Über \'Table\'"')  # recorded by now, so its tables are not asked for any more
    assert managed(database, folder).plan().refusals == []


def test_half_of_its_tables_are_refused_with_those_that_are_missing(database: Database, folder: Path) -> None:
    """Running it would fail, skipping it would lie; taking the dropped table out of the file is a way forward."""
    database.sql(TABLES)
    database.sql('DROP TABLE "Odd %"."Über \'Table\'"')
    system = managed(database, folder)
    (sentence,) = system.plan().refusals
    assert sentence.startswith(f"migrations {folder}: some tables of the baseline 001_baseline.sql exist and ")
    assert '"Odd %"."Über \'Table\'"' in sentence
    with pytest.raises(TimescaleDBError):
        system.up()
    assert recorded(database) == []
    (folder / "001_baseline.sql").write_text("CREATE TABLE users (id int PRIMARY KEY);")
    assert managed(database, folder).plan().refusals == []


def test_without_the_declaration_the_same_file_runs_and_fails(database: Database, folder: Path) -> None:
    """Only a declared baseline counts as applied: anything else would hide a file that never ran."""
    database.sql(TABLES)
    system = Managed(database, [{"kind": "migrations", "directory": str(folder)}])
    (changes,) = system.plan().changes.values()
    assert [each.field for each in changes] == ["001_baseline.sql"]
    with pytest.raises(TimescaleDBError, match="already exists"):
        system.up()
    assert recorded(database) == []
