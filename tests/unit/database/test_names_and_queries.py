"""Names as PostgreSQL quotes them, and queries read in its own spelling.

Not proved here: that the server's spelling is as written below; it was copied from pg_get_viewdef of PostgreSQL 17.
"""

from __future__ import annotations

import pytest
from hypothesis import example, given
from pulumi_timescaledb.database import queries
from pulumi_timescaledb.database.kinds.index.found import key
from pulumi_timescaledb.database.names import BadName, Relation, identifier, quoted
from pulumi_timescaledb.database.queries import body, grouping_columns, normal

from .strategies import QUICK, names


@QUICK
@given(names, names)
@example('"', ".")
@example('a"b', 'c"".d')
@example("a\n", "Odd Table")
def test_a_relation_is_read_back_from_its_text(schema: str, name: str) -> None:
    """Quoting and parsing are inverse for every name that PostgreSQL can hold."""
    relation = Relation(schema, name)
    assert Relation.parse(str(relation)) == relation


@QUICK
@given(names, names, names, names)
def test_two_indexes_never_share_a_key(schema: str, table: str, one: str, other: str) -> None:
    """The key tells names apart, whatever stands in them."""
    relation = Relation(schema, table)
    assert (key(relation, one) == key(relation, other)) == (one == other)


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("readings", Relation("public", "readings")),
        ("app.readings", Relation("app", "readings")),
        ('"Odd Table"', Relation("public", "Odd Table")),
        ('app."a.b"', Relation("app", "a.b")),
        ("Readings", Relation("public", "Readings")),
    ],
)
def test_a_relation_is_named_with_or_without_its_schema(text: str, relation: Relation) -> None:
    """Without one it is in public."""
    assert Relation.parse(text) == relation


@pytest.mark.parametrize("text", ["", ".", "a.b.c", '"a"."b"."c"'])
def test_what_names_no_relation_is_refused(text: str) -> None:
    """One name or two."""
    with pytest.raises(BadName):
        Relation.parse(text)


@pytest.mark.parametrize("text", ["a..b", 'a"b', '"a', "a.", ".a", '"a"b'])
def test_a_text_with_something_left_over_names_no_relation(text: str) -> None:
    """A misspelt name must not become another one."""
    with pytest.raises(BadName):
        Relation.parse(text)


@pytest.mark.parametrize(
    ("name", "spelled"),
    [("readings", "readings"), ("_a$1", "_a$1"), ("Odd", '"Odd"'), ("1a", '"1a"'), ('a"b', '"a""b"'), ("a\n", '"a\n"')],
)
def test_a_name_is_quoted_only_where_it_must_be(name: str, spelled: str) -> None:
    """As the server prints names, so that keys compare."""
    assert quoted(name) == spelled


@pytest.mark.parametrize("value", ["", None, 5, ["a"], "x" * 64, "ä" * 32, "a\x00"])
def test_what_postgresql_would_not_keep_is_no_identifier(value: object) -> None:
    """Longer than 63 bytes it would be cut without a word; the sentence names the argument."""
    with pytest.raises(BadName, match=r"^the argument "):
        identifier(value, "the argument")


def test_an_identifier_may_be_as_long_as_the_server_keeps() -> None:
    """63 bytes, and any character but the zero byte."""
    assert identifier("x" * 63, "name") == "x" * 63
    assert identifier('a ".;', "name") == 'a ".;'


@pytest.mark.parametrize(
    ("query", "columns"),
    [
        ("SELECT device, count(*) AS n FROM readings GROUP BY device", ("device",)),
        ("SELECT readings.device, count(*) AS n FROM readings GROUP BY readings.device", ("device",)),
        (
            "SELECT time_bucket('01:00:00'::interval, at) AS hour, device, count(*) AS n FROM readings "
            "GROUP BY (time_bucket('01:00:00'::interval, at)), device",
            ("hour", "device"),
        ),
        (
            'SELECT lower("Odd Name") AS "Lower, Name", sum(v) AS s FROM t GROUP BY (lower("Odd Name"))',
            ("Lower, Name",),
        ),
        ('SELECT "a""b", max(v) AS m FROM t GROUP BY "a""b"', ('a"b',)),
        ('SELECT d AS """", max(v) AS m FROM t GROUP BY d', ('"',)),
        ('SELECT t."a.b", max(v) AS m FROM t GROUP BY t."a.b"', ("a.b",)),
        ('SELECT d AS "x AS y", max(v) AS m FROM t GROUP BY d', ("x AS y",)),
        ('SELECT d AS "two  spaces", max(v) AS m FROM t GROUP BY d', ("two  spaces",)),
        ("SELECT d AS day, max(v) AS m FROM t WHERE x = ' GROUP BY y' GROUP BY d HAVING max(v) > 1", ("day",)),
        ("SELECT d AS day, max(v) AS m FROM t GROUP BY d HAVING max(v) > 1", ("day",)),
        ("SELECT d, max(v) AS m FROM t GROUP BY d ORDER BY d", ("d",)),
        ("SELECT max(v) AS m FROM t GROUP BY d", ()),
        ("SELECT max(v) AS m FROM t", ()),
        ("SELECT d FROM t GROUP BY d UNION SELECT d FROM u GROUP BY d", ()),
        ("SELECT a, b, count(*) AS n FROM t GROUP BY ROLLUP(a, b)", ()),
        ("SELECT x.d, x.n FROM ( SELECT t.d, count(*) AS n FROM t GROUP BY t.d) x", ()),
        ("SELECT (a + b) AS c, count(*) AS n FROM t GROUP BY (a + b)", ("c",)),
        ("SELECT ((a + b) * (c + d)) AS e, count(*) AS n FROM t GROUP BY ((a + b) * (c + d))", ("e",)),
        ("SELECT EXTRACT(year FROM at) AS y, count(*) AS n FROM t GROUP BY (EXTRACT(year FROM at))", ("y",)),
        ("WITH w AS (SELECT 1) SELECT d FROM t GROUP BY d", ()),
    ],
)
def test_the_grouping_columns_are_those_of_the_output(query: str, columns: tuple[str, ...]) -> None:
    """They make the unique key of a materialized view; where it is not sure, there is none."""
    assert grouping_columns(normal(query)) == columns


def test_white_space_and_semicolons_are_no_difference() -> None:
    """Versions of the server print them differently."""
    assert normal("  SELECT a,\n    b\n   FROM t;") == normal("SELECT a, b FROM t") == "SELECT a, b FROM t"
    assert normal("SELECT  'a  b',\n\"c  d\"") == "SELECT 'a  b', \"c  d\""
    assert body(" SELECT 1 ;; \n") == "SELECT 1"


@pytest.mark.parametrize(
    ("query", "read"),
    [
        ('SELECT "Day\'s Sales".a FROM "Odd Schema"."Day\'s Sales"', '"Odd Schema"."Day\'s Sales"'),
        ("SELECT 'FROM other' FROM t WHERE a = 'it''s'", "public.t"),
    ],
)
def test_a_quote_of_one_kind_is_a_letter_within_the_other(query: str, read: str) -> None:
    """A name may hold an apostrophe, and a text a name."""
    assert queries.relations(query) == (read,)
