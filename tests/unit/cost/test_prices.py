"""The price table: each price has a source and a date, and a region without prices is refused.

Not proved here: that AWS asks these prices today; ``tsdb cost --refresh`` reads what it asks.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from pulumi_timescaledb.cost import on_demand, prices
from pulumi_timescaledb.cost.price import Price
from pulumi_timescaledb.cost.refused import CannotPrice
from pulumi_timescaledb.hardware.instance_types import TYPES

REGIONS = sorted(prices.TABLE)


def every_price(region: str) -> dict[str, Price]:
    """Everything that has a price in a region."""
    found = prices.of_region(region)
    return {**found.table, **found.hourly}


def complaints(price: Price) -> list[str]:
    """What is wrong with a price."""
    found = []
    if not price.source.strip():
        found.append("no source")
    try:
        if not date(2025, 1, 1) <= date.fromisoformat(price.date) <= date(2027, 12, 31):
            found.append("another time")
    except ValueError:
        found.append("no date")
    if not isinstance(price.amount, Decimal) or price.amount < 0 or not isinstance(price.free, Decimal):
        found.append("no money")
    return found


@pytest.mark.parametrize("region", REGIONS)
def test_every_price_has_a_source_and_a_date(region: str) -> None:
    """A price that nobody can look up is a rumour."""
    assert {name: complaints(each) for name, each in every_price(region).items() if complaints(each)} == {}


def test_a_price_without_source_or_date_is_found() -> None:
    """The check above sees what it is for."""
    good = prices.US_EAST_1["volume"]
    assert complaints(good) == []
    assert complaints(replace(good, source=" ")) == ["no source"]
    assert complaints(replace(good, date="")) == ["no date"]
    assert complaints(replace(good, date="1999-01-01")) == ["another time"]
    assert complaints(replace(good, amount=0.08)) == ["no money"]  # type: ignore[arg-type]


@pytest.mark.parametrize("region", REGIONS)
def test_every_type_of_the_table_has_a_price(region: str) -> None:
    """The two lists name the same types."""
    assert set(on_demand.HOURLY[region]) == set(TYPES)


@pytest.mark.parametrize(
    ("name", "hourly", "month"),
    [
        ("t4g.nano", "0.0042", "3.07"),
        ("t4g.micro", "0.0084", "6.13"),
        ("t4g.small", "0.0168", "12.26"),
        ("t4g.medium", "0.0336", "24.53"),
        ("t4g.large", "0.0672", "49.06"),
        ("m7g.medium", "0.0408", "29.78"),
        ("m7g.large", "0.0816", "59.57"),
        ("m8g.large", "0.08976", "65.52"),
        ("r7g.medium", "0.0536", "39.13"),
        ("r7g.large", "0.1071", "78.18"),
    ],
)
def test_a_month_of_an_instance_is_730_hours(name: str, hourly: str, month: str) -> None:
    """Prices of the table and what they make of a month."""
    price = prices.of_region("us-east-1").instance(name)
    assert price.amount == Decimal(hourly)
    assert (price.amount * 730).quantize(Decimal("0.01")) == Decimal(month)


def test_an_unknown_region_is_refused_by_name() -> None:
    """The sentence names the argument and both ways out."""
    with pytest.raises(CannotPrice) as refused:
        prices.of_region("eu-west-9")
    assert str(refused.value) == (
        'region "eu-west-9" has no prices in the table; choose us-east-1, or read them with tsdb cost --refresh '
        "--save, beside the program"
    )
    assert refused.value.argument == "region"


def test_a_type_without_a_price_is_refused() -> None:
    """Another region has no instance price until it is read."""
    with pytest.raises(
        CannotPrice, match=r"instance_type .* has no price in eu-west-1; read it with tsdb cost --refresh --save"
    ):
        prices.elsewhere("eu-west-1").instance("t4g.micro")


def test_borrowed_prices_say_whose_they_are() -> None:
    """What is not read live in another region is us-east-1's and says so."""
    assert all(each.source.endswith("(of us-east-1)") for each in prices.elsewhere("eu-west-1").table.values())
