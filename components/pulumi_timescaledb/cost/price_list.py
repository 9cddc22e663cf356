"""The Price List API's questions and answers, without asking: filters in, prices out.

Sources: the filters of an instance are those that karpenter-provider-aws asks with; those of volumes and snapshots are
infracost's (internal/resources/aws/ebs_volume.go, ebs_snapshot.go). An answer is a list of JSON texts with the price
under ``terms.OnDemand.*.priceDimensions.*.pricePerUnit.USD``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from ..errors import Failed
from .price import Price

SERVICE = "AmazonEC2"
ENDPOINT_REGION = "us-east-1"  # the API answers in a few regions alone, for all of them
_MIB_A_GIB = 1024


def instance_filters(region: str, name: str) -> list[dict[str, str]]:
    """Filters for an on-demand instance: Linux, shared, nothing preinstalled."""
    return _match(
        regionCode=region,
        instanceType=name,
        operatingSystem="Linux",
        tenancy="Shared",
        preInstalledSw="NA",
        capacitystatus="Used",
        marketoption="OnDemand",
    )


# our name of a price -> filters beside the region, what a usage type ends with, and units of ours in one of theirs
STORAGE: Mapping[str, tuple[Mapping[str, str], str, int]] = {
    "volume": ({"productFamily": "Storage", "volumeApiName": "gp3"}, "EBS:VolumeUsage.gp3", 1),
    "volume_iops": ({"productFamily": "System Operation", "volumeApiName": "gp3"}, "EBS:VolumeP-IOPS.gp3", 1),
    "volume_throughput": (
        {"productFamily": "Provisioned Throughput", "volumeApiName": "gp3"},
        "EBS:VolumeP-Throughput.gp3",
        _MIB_A_GIB,
    ),
    "snapshot": ({"productFamily": "Storage Snapshot"}, "EBS:SnapshotUsage", 1),
}


def storage_filters(region: str, name: str) -> list[dict[str, str]]:
    """Filters for one of :data:`STORAGE`."""
    return _match(regionCode=region, **STORAGE[name][0])


def storage_price(old: Price, name: str, region: str, answer: Sequence[str], date: str) -> Price:
    """A live price in place of the table's; old: gives unit and free quantity."""
    _, usage, units = STORAGE[name]
    amount = on_demand(answer, f"{name} in {region}", usage) / units
    return replace(old, amount=amount, source=f"Price List API, {SERVICE}, {usage}", date=date)


def instance_price(region: str, name: str, answer: Sequence[str], date: str) -> Price:
    """The live price of an instance an hour."""
    return Price(on_demand(answer, f"{name} in {region}"), "hour", f"Price List API, {SERVICE}, {name}", date)


def on_demand(answer: Sequence[str], what: str, usage: str = "") -> Decimal:
    """The one price in an answer.

    Args:
        answer: JSON texts, one a product. what: for the sentence of a refusal.
        usage: what the product's usage type must end with; regions put a prefix before it.

    Raises:
        Failed: for no price, several, or texts that are not the API's.
    """
    try:
        products = [json.loads(text) for text in answer]
        found = {amount for product in products if _used(product, usage) for amount in _amounts(product)}
    except (ValueError, KeyError, TypeError, AttributeError, InvalidOperation):
        raise Failed(f"the Price List API's answer for {what} cannot be read; leave --refresh out") from None
    if len(found) != 1:
        said = "no price" if not found else f"{len(found)} prices"
        raise Failed(f"the Price List API gives {said} for {what}; leave --refresh out, or choose another")
    return found.pop()


def spot_prices(history: Iterable[Mapping[str, Any]], name: str, date: str) -> tuple[Price, Price]:
    """Average and maximum of a history of spot prices.

    Raises:
        Failed: where there is none, which is how AWS says that a type is not sold on spot there.
    """
    amounts = [Decimal(str(each["SpotPrice"])) for each in history]
    if not amounts:
        raise Failed(f"there is no spot price of {name}; choose another type or region, or market on-demand")
    source = f"DescribeSpotPriceHistory, {name}, Linux/UNIX, 7 days"
    average = (sum(amounts, Decimal(0)) / len(amounts)).quantize(Decimal("0.000001"))
    return Price(average, "hour", source, date), Price(max(amounts), "hour", source, date)


def _match(**values: str) -> list[dict[str, str]]:
    return [{"Type": "TERM_MATCH", "Field": field, "Value": value} for field, value in values.items()]


def _used(product: Mapping[str, Any], usage: str) -> bool:
    return not usage or str(product["product"]["attributes"]["usagetype"]).endswith(usage)


def _amounts(product: Mapping[str, Any]) -> list[Decimal]:
    terms = product["terms"].get("OnDemand", {}).values()
    dimensions = [each for term in terms for each in term["priceDimensions"].values()]
    amounts = [Decimal(each["pricePerUnit"]["USD"]) for each in dimensions if "USD" in each["pricePerUnit"]]
    return [each for each in amounts if each > 0]
