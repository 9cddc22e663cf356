"""The pure parts of an import: Python text, what goes without saying, names of constants, and the output folder.

Not proved here: that a database is read rightly, and what the engine makes of the files (tests/engine/test_import.py).
"""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_timescaledb.cli.import_ import command, default_indexes, folder, program
from pulumi_timescaledb.cli.import_.python_text import WIDTH, block, call, literal, text
from pulumi_timescaledb.cli.import_.terse import BORN_WITH, terse
from pulumi_timescaledb.cli.target import Target
from pulumi_timescaledb.database.ddl.item import Left
from pulumi_timescaledb.database.declared import read
from pulumi_timescaledb.database.plan import view
from pulumi_timescaledb.database.session import Connection
from pulumi_timescaledb.errors import Refusal

from ..database.strategies import DECLARATIONS, QUICK

scalars = st.text(max_size=40) | st.integers() | st.booleans()
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=12), inner, max_size=5)
)


@QUICK
@given(values, st.integers(0, 8))
def test_a_written_value_reads_back_as_itself(value: Any, indent: int) -> None:
    assert ast.literal_eval(literal(value, indent)) == value


@QUICK
@given(st.text(max_size=80))
def test_a_written_query_reads_back_as_itself(query: str) -> None:
    assert ast.literal_eval(block(query)) == query


@QUICK
@given(st.dictionaries(st.from_regex(r"k[a-z]{0,20}", fullmatch=True), values, max_size=6))
def test_a_written_call_has_the_same_arguments(arguments: dict[str, Any]) -> None:
    parsed = ast.parse(call("f", arguments)).body[0]
    assert isinstance(parsed, ast.Expr)
    assert isinstance(parsed.value, ast.Call)
    assert {each.arg: ast.literal_eval(each.value) for each in parsed.value.keywords} == arguments


@QUICK
@given(
    st.lists(
        st.dictionaries(st.from_regex(r"[a-z]{1,9}", fullmatch=True), st.text("ab'\"% é", max_size=50), max_size=5)
    )
)
def test_the_layout_is_the_formatters_own(value: list[dict[str, str]]) -> None:
    """One line where it fits, else one a line with a trailing comma; strings in the quotes that need less escaping."""
    written = f"value = {literal(value, 0, len('value = '))}\n"
    for line in written.splitlines():
        assert len(line) <= WIDTH or '": ' in line  # a string alone is never broken


def test_a_text_takes_the_quotes_that_need_less_escaping() -> None:
    assert text('a "quoted" word') == "'a \"quoted\" word'"
    assert text("it's") == '"it\'s"'
    assert text("both ' and \"") == '"both \' and \\""'
    assert text("tab\t, é, \u202e") == '"tab\\t, é, \\u202e"'
    assert block("\nSELECT 1\nFROM t") == '"""\nSELECT 1\nFROM t"""'
    assert block("\nSELECT '\\d'") == 'r"""\nSELECT \'\\d\'"""'
    assert block('\nSELECT "a"') == "'\\nSELECT \"a\"'"


@pytest.mark.parametrize("kind", sorted(set(DECLARATIONS) - set(BORN_WITH)))
def test_leaving_out_what_goes_without_saying_changes_no_meaning(kind: str) -> None:
    @QUICK
    @given(DECLARATIONS[kind])
    def same(declaration: dict[str, Any]) -> None:
        shorter = terse(declaration)
        assert view.normal(read(shorter)) == view.normal(read(declaration))
        assert set(shorter) <= set(declaration)

    same()


def test_what_a_new_object_has_anyway_is_not_said() -> None:
    role = {"kind": "role", "name": "app", "login": True, "createdb": False, "createrole": False, "inherit": True}
    assert terse({**role, "connection_limit": -1, "member_of": []}) == {"kind": "role", "name": "app", "login": True}
    assert terse({**role, "createrole": True})["createrole"] is True
    assert terse({**role, "replication": False, "bypassrls": False, "valid_until": "infinity", "settings": {}}) == {
        "kind": "role", "name": "app", "login": True, "bypassrls": False
    }  # fmt: skip
    secured = {"kind": "row_level_security", "schema": "public", "table": "t", "enabled": True, "policies": []}
    assert terse({**secured, "forced": False}) == {"kind": "row_level_security", "table": "t", "policies": []}
    assert terse({**secured, "forced": True})["forced"] is True
    wall = {"kind": "security_barrier_view", "name": "w", "query": "SELECT 1", "security_barrier": True}
    assert terse({**wall, "check_option": "none", "security_invoker": False}) == {
        "kind": "security_barrier_view", "name": "w", "query": "SELECT 1"
    }  # fmt: skip
    table = {"kind": "hypertable", "schema": "public", "table": "t", "time_column": "at", "hash_dimensions": []}
    index = {"name": "i", "definition": 'btree (device, "time" DESC) WHERE (value > 1)', "unique": True}
    assert terse({**table, "indexes": [index], "retention": {"drop_after": "1 day", "schedule": "1 day"}}) == {
        "kind": "hypertable",
        "table": "t",
        "time_column": "at",
        "indexes": [{"name": "i", "columns": ["device", "time DESC"], "where": "value > 1", "unique": True}],
        "retention": {"drop_after": "1 day"},
    }


def test_a_definition_that_columns_cannot_say_stays_as_it_is() -> None:
    for definition in (
        'btree ("Day" DESC, total) WHERE "100%"',
        "btree (device) INCLUDE (value)",
        "btree (device) WITH (fillfactor='70')",
        "gin (data jsonb_path_ops) WITH (fastupdate=off)",
    ):
        table = {"kind": "hypertable", "table": "t", "time_column": "at"}
        index = {"name": "i", "definition": definition}
        assert terse({**table, "indexes": [index]})["indexes"] == [index]


def test_a_query_becomes_a_constant_of_a_name_that_nothing_else_has() -> None:
    names = ["hourly metrics", "Hourly-Metrics", "Über", "été", "100%", "日本", "class"]
    objects = [{"kind": "continuous_aggregate", "name": name, "query": f"\nSELECT {i}"} for i, name in enumerate(names)]
    written = program.main("d", {"host": "h"}, objects, [], apache_fallback=False)
    constants = [node.targets[0] for node in ast.parse(written).body if isinstance(node, ast.Assign)]
    found = [each.id for each in constants if isinstance(each, ast.Name) and each.id.isupper()]
    assert found == ["HOURLY_METRICS", "HOURLY_METRICS_2", "UBER", "ETE", "QUERY_100", "QUERY", "CLASS"]


def test_what_is_left_out_stands_in_comments_of_the_program() -> None:
    left = [Left("a thing\nover two lines", "why " * 60), Left("x" * 200, "short")]
    written = program.main('odd "name" \\ %', {"host": "h"}, [], left, apache_fallback=True)
    ast.parse(written)
    comments = [line for line in written.splitlines() if line.startswith("#")]
    assert comments[0] == "# In the database and not in this program:"
    assert comments[1].startswith("# - a thing over two lines: why why")
    assert all(len(line) <= WIDTH or "x" * 200 in line for line in comments)
    assert '"apache_fallback": True' in written


def test_the_default_index_is_named_as_the_server_names_it() -> None:
    """Cut on both sides as makeObjectName does, never within a character; the long ones were read from a server."""
    assert default_indexes.name("readings", "at") == "readings_at_idx"
    assert default_indexes.name("t" * 63, "at") == f"{'t' * 56}_at_idx"
    assert default_indexes.name("a" * 40, "b" * 40) == f"{'a' * 29}_{'b' * 29}_idx"
    assert len(default_indexes.name("é" * 31, "at").encode()) <= 63


def test_a_folder_comes_to_be_whole_or_not_at_all(tmp_path: Path) -> None:
    made = tmp_path / "out"
    folder.write(made, {"a/b.sql": "one\n", "c.py": "two\n"})
    assert (made / "a" / "b.sql").read_text() == "one\n"
    with pytest.raises(Refusal, match="exists already"):
        folder.write(made, {"d": "three"})
    with pytest.raises(Refusal, match="cannot be written"):
        folder.write(tmp_path / "other", {"e": "four", "e/f": "five"})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]


def test_a_project_is_called_after_its_folder_and_finds_the_password_where_the_stack_did(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    there = Connection("h", "d", "u", password_ref="file:.local/password")
    asked = command.wish(str(tmp_path / "our db, été"), None, "dev", None, Target(there, "prod"))
    assert (asked.project, asked.password_ref) == ("our-db-t", f"file:{tmp_path}/.local/password")
    asked = command.wish(str(tmp_path / "日本"), None, "dev", None, Target(there))
    assert (asked.project, asked.password_ref) == ("database", "env:DATABASE_PASSWORD")
    asked = command.wish(str(tmp_path / "x"), "ours", "dev", "ssm:/db", Target(there, "prod"))
    assert (asked.project, asked.password_ref) == ("ours", "ssm:/db")


def test_the_project_file_is_yaml_whatever_the_database_is_called(tmp_path: Path) -> None:
    import yaml

    read_back = yaml.safe_load(program.pulumi_yaml("p", 'odd: "name" \\ % é'))
    assert read_back["description"] == 'The database odd: "name" \\ % é, imported'
    assert read_back["options"] == {"refresh": "always"}
    assert read_back["runtime"]["options"] == {"toolchain": "pip", "virtualenv": ".venv"}


def test_a_written_program_is_formatted_already(tmp_path: Path) -> None:
    """Whatever its names are; ruff is the project's own formatter."""
    objects: list[dict[str, Any]] = [
        {"kind": "hypertable", "table": f"t{'x' * size}", "columnstore": {"segment_by": ["a" * size, 'b"c']}}
        for size in range(0, 120, 3)
    ]
    for size in (1, 20, 40, 60):
        written = program.main("n" * size, {"host": "h", "port": 1}, objects, [], apache_fallback=size > 20)
        (tmp_path / "main.py").write_text(written)
        command = ["ruff", "format", "--isolated", "--config", "line-length=120", "--diff", str(tmp_path / "main.py")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
