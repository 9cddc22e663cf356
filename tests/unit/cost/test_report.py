"""Reports: rows, JSON and markdown of an estimate, and of two.

Not proved here: how a terminal shows them (tests/unit/cli/test_cost.py).
"""

from __future__ import annotations

import json
from decimal import Decimal

from pulumi_timescaledb.cost import report
from pulumi_timescaledb.cost.model import estimate
from pulumi_timescaledb.cost.price import Range

from tests.unit.cost.test_model import DEV, PROD


def test_money_is_shown_to_the_cent_and_a_range_as_one() -> None:
    """Half a cent goes up; thousands are set apart."""
    assert report.money(Range(Decimal("0.005"), Decimal("0.005"))) == "0.01"
    assert report.money(Range(Decimal("1"), Decimal("2.345"))) == "1.00 to 2.35"
    assert report.money(Range(Decimal("12345"), Decimal("12345"))) == "12,345.00"


def test_a_row_has_a_cell_for_each_column() -> None:
    """And the first is the instance."""
    rows = report.rows(estimate(PROD))
    assert {len(row) for row in rows} == {len(report.COLUMNS)}
    assert rows[0] == ("t4g.small, on-demand", "730", "hour", "0.0168", "12.26", "12.26", "")


def test_three_totals_stand_together() -> None:
    """Ours twice, and what guides quote."""
    assert report.totals(estimate(PROD))[2] == ("quoted by guides", "23.06", "276.72")
    assert [row[0] for row in report.totals(estimate(DEV))] == ["list", "after free tier", "quoted by guides"]


def test_the_chosen_way_out_is_marked() -> None:
    """One of four."""
    assert [row for row in report.ways_out(estimate(PROD)) if row[2]] == [("nat", "0.23", "chosen")]


def test_the_document_holds_texts_and_every_source() -> None:
    """No float touches an amount, and each line names who says so."""
    document = json.loads(json.dumps(report.document(estimate(DEV))))
    assert all(each["source"] and each["date"] for each in document["items"])
    assert document["monthly"]["list"] == {"low": "12.29", "high": "13.52"}
    assert document["quoted_by_guides"] == {"monthly": "3.54", "yearly": "42.48"}
    assert "float" not in {type(value).__name__ for each in document["items"] for value in each.values()}


def test_the_markdown_table_ends_with_the_month() -> None:
    """As a pull request shows it."""
    text = report.markdown(estimate(PROD)).splitlines()
    assert text[0] == "| item | list | after free tier |"
    assert text[2] == "| t4g.small, on-demand | 12.26 | 12.26 |"
    assert text[-1].startswith("| **a month, USD** | **53.25** |")


def test_a_comparison_has_one_line_for_the_instance() -> None:
    """Whatever its type; what one of both has not is a dash."""
    rows = {row[0]: row[1:] for row in report.compared(estimate(DEV), estimate(PROD))}
    assert rows["instance"] == ("0.61 to 1.84", "12.26")
    assert rows["public IPv4 address"] == ("3.65", "-")
    assert rows["dashboard"] == ("-", "3.00")
    assert rows["total, quoted by guides"] == ("3.54", "23.06")


def test_a_change_shows_what_differs_and_the_totals() -> None:
    """Equal lines are left out."""
    text = report.markdown_change(estimate(DEV), estimate(PROD))
    assert "| root disk |" not in text
    assert "| data volume | 1.60 | 8.00 |" in text
    same = report.markdown_change(estimate(DEV), estimate(DEV)).splitlines()
    assert [line.split(" | ")[0] for line in same[2:]] == [
        "| total, list",
        "| total, after free tier",
        "| total, quoted by guides",
    ]
