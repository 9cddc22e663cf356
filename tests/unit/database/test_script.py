"""Scripts split into statements as psql splits them.

Not proved here: that a server takes the statements (tests/database/test_migrations.py).
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_timescaledb.database.script import statements

from .strategies import QUICK

ATOMIC = "CREATE OR REPLACE FUNCTION f(a int) RETURNS int BEGIN ATOMIC SELECT CASE WHEN a > 1 THEN 2 END; SELECT 3; END"
RULE = "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("  -- only a comment\n/* and ; another */ ;;", []),
        ("SELECT 1", [("SELECT 1", 1)]),
        ("\n\nSELECT 1;\n  SELECT\n 2 ;", [("SELECT 1", 3), ("SELECT\n 2", 4)]),
        ("SELECT ';''';SELECT 2", [("SELECT ';'''", 1), ("SELECT 2", 1)]),
        (r"SELECT E'\';' ;SELECT 2", [(r"SELECT E'\';'", 1), ("SELECT 2", 1)]),
        ('SELECT ";""";SELECT 2', [('SELECT ";"""', 1), ("SELECT 2", 1)]),
        ("SELECT 1 /* a /* ; */ ; */;SELECT 2", [("SELECT 1 /* a /* ; */ ; */", 1), ("SELECT 2", 1)]),
        ("SELECT 1 -- ;\n;SELECT 2", [("SELECT 1 -- ;", 1), ("SELECT 2", 2)]),
        ("DO $$ BEGIN; END $$;SELECT 2", [("DO $$ BEGIN; END $$", 1), ("SELECT 2", 1)]),
        ("SELECT $a$ ; $$ ; $a$;SELECT 2", [("SELECT $a$ ; $$ ; $a$", 1), ("SELECT 2", 1)]),
        ("SELECT a$b$c;SELECT 2", [("SELECT a$b$c", 1), ("SELECT 2", 1)]),
        ("CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2);SELECT 3", [(RULE, 1), ("SELECT 3", 1)]),
        (f"{ATOMIC};SELECT 2", [(ATOMIC, 1), ("SELECT 2", 1)]),
        ("BEGIN;SELECT 1;END", [("BEGIN", 1), ("SELECT 1", 1), ("END", 1)]),
        ("SELECT 'not closed; SELECT 2", [("SELECT 'not closed; SELECT 2", 1)]),
        ("SELECT 1; DO $$ not closed; SELECT 2", [("SELECT 1", 1), ("DO $$ not closed; SELECT 2", 1)]),
        ("SELECT 1; -- the end", [("SELECT 1", 1)]),
    ],
)
def test_a_script_is_split_where_its_statements_end(text: str, expected: list[tuple[str, int]]) -> None:
    """Semicolons in texts, names, comments, parentheses and bodies end nothing; lines are counted from 1."""
    assert [tuple(each) for each in statements(text)] == expected


pieces = st.sampled_from(
    [
        "SELECT 1",
        "SELECT ';'",
        'SELECT ";"',
        "DO $x$ ; $x$",
        "SELECT (1;2)",
        ATOMIC,
        "SELECT 1 -- ;\n",
        "/* ; */ SELECT 1",
    ]
)


@QUICK
@given(st.lists(pieces, max_size=6))
def test_joined_statements_are_split_again(parts: list[str]) -> None:
    """Nothing is lost and nothing is cut, whatever stands beside it."""
    found = [each.text for each in statements(";\n".join(parts))]
    assert [each.split() for each in found] == [part.replace("/* ; */ ", "").split() for part in parts]
