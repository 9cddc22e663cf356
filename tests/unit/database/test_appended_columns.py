"""Whether a query is a live one with columns more at its end, and what those are.

Not proved here: that both texts are the server's own spelling (tests/cases/aggregate.yaml).
"""

from __future__ import annotations

import pytest
from pulumi_timescaledb.database.queries import Described, appended

TAIL = "\n   FROM r\n  GROUP BY 1"
LIVE = f" SELECT time_bucket('01:00:00'::interval, r.at) AS hour,\n    r.device,\n    count(*) AS n{TAIL}"
TYPES = {"hour": "timestamp with time zone", "device": "text", "n": "bigint"}


def described(text: str, *more: tuple[str, str]) -> Described:
    """A query with the live one's columns and these after them."""
    return Described(text.strip(), (*TYPES.items(), *more))


def wider(*items: str) -> str:
    """The live query with further items in its SELECT."""
    return LIVE.replace(TAIL, "".join(f",\n    {item}" for item in items) + TAIL)


@pytest.mark.parametrize(
    ("items", "columns", "expected"),
    [
        (["max(r.v) AS top"], [("top", "real")], [("top", "real", "max(r.v)")]),
        (['max(r.v) AS "T ""op"'], [('T "op', "real")], [('T "op', "real", "max(r.v)")]),
        (["r.site"], [("site", "integer")], [("site", "integer", "r.site")]),
        (
            ["avg(r.v) AS a", "string_agg(r.s, ', FROM '::text) AS b"],
            [("a", "numeric(10,2)"), ("b", "text")],
            [("a", "numeric(10,2)", "avg(r.v)"), ("b", "text", "string_agg(r.s, ', FROM '::text)")],
        ),
        (
            ["count(*) FILTER (WHERE (r.s = 'a  b'::text)) AS c"],
            [("c", "bigint")],
            [("c", "bigint", "count(*) FILTER (WHERE (r.s = 'a  b'::text))")],
        ),
    ],
)
def test_columns_at_the_end_are_found_with_their_expressions(
    items: list[str], columns: list[tuple[str, str]], expected: list[tuple[str, str, str]]
) -> None:
    """As the server spells them, white space inside of texts included."""
    assert list(appended(described(wider(*items), *columns), LIVE)) == expected


@pytest.mark.parametrize(
    "other",
    [
        wider("max(r.v) AS top").replace("FROM r\n", "FROM s\n"),
        wider("max(r.v) AS top").replace("GROUP BY 1", "GROUP BY 1, 2"),
        wider("max(r.v) AS top").replace("count(*)", "sum(r.v)"),
        wider("max(r.v) AS top").replace("r.device,", "r.device AS other,"),
        wider("max(r.v) AS top").replace("01:00:00", "02:00:00"),
        "SELECT 1",
    ],
)
def test_what_differs_anywhere_else_is_no_addition(other: str) -> None:
    """Source, filter, grouping, or a column that is there already."""
    assert appended(described(other, ("top", "real")), LIVE) == ()


def test_the_same_query_adds_nothing() -> None:
    """Neither does one with fewer columns."""
    assert appended(described(LIVE), LIVE) == ()
    assert appended(Described(LIVE, tuple(TYPES.items())), wider("max(r.v) AS top")) == ()
