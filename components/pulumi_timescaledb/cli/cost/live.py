"""Live prices of AWS, by boto3: what ``--refresh`` reads. Needs credentials with pricing:GetProducts and
ec2:DescribeSpotPriceHistory; nothing is changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from ...cost import price_list
from ...cost.prices import Prices, basis
from ...cost.workload import Workload
from ...errors import Failed, Unreachable

DAYS = 7
_NEEDS = "credentials with pricing:GetProducts and ec2:DescribeSpotPriceHistory"


def clients(region: str) -> tuple[Any, Any]:
    """Clients of the Price List API and of EC2; raises Failed without boto3."""
    try:
        import boto3
        from botocore.exceptions import BotoCoreError
    except ImportError:
        raise Failed("--refresh needs boto3, which is not installed; install pulumi-timescaledb[aws]") from None
    try:
        return boto3.client("pricing", region_name=price_list.ENDPOINT_REGION), boto3.client("ec2", region_name=region)
    except BotoCoreError as error:
        raise Unreachable(f"AWS cannot be asked for prices ({error}); configure {_NEEDS}") from None


def prices(
    workload: Workload, pricing: Any, ec2: Any, now: datetime | None = None, known: Prices | None = None
) -> Prices:
    """The prices of a workload's region with instance, volume and snapshot read live; what is small stays the table's.

    Args:
        workload: which region and type. pricing, ec2: boto3 clients. now: the moment; by default this one.
        known: prices of that region that are known already; by default the table's.

    Raises:
        Unreachable: when AWS gives no answer. Failed: when it gives no price.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    moment = now or datetime.now(timezone.utc)
    date, region, name = moment.date().isoformat(), workload.region, workload.instance_type
    known = known or basis(region)
    try:
        hourly = {
            name: price_list.instance_price(
                region, name, _products(pricing, price_list.instance_filters(region, name)), date
            )
        }
        table = {
            each: price_list.storage_price(
                known.of(each), each, region, _products(pricing, price_list.storage_filters(region, each)), date
            )
            for each in price_list.STORAGE
        }
        spot = {name: _spot(ec2, name, moment)} if workload.market == "spot" else {}
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "no code")
        raise Unreachable(f"AWS refuses to tell prices ({code}); use {_NEEDS}, or leave --refresh out") from None
    except BotoCoreError as error:
        raise Unreachable(f"AWS cannot be asked for prices ({error}); use {_NEEDS}, or leave --refresh out") from None
    return known.with_live(table, hourly, spot)


def _products(pricing: Any, filters: Sequence[dict[str, str]]) -> list[str]:
    pages = pricing.get_paginator("get_products").paginate(ServiceCode=price_list.SERVICE, Filters=list(filters))
    return [text for page in pages for text in page["PriceList"]]


def _spot(ec2: Any, name: str, now: datetime) -> Any:
    pages = ec2.get_paginator("describe_spot_price_history").paginate(
        InstanceTypes=[name], ProductDescriptions=["Linux/UNIX"], StartTime=now - timedelta(days=DAYS), EndTime=now
    )
    history = [each for page in pages for each in page["SpotPriceHistory"]]
    return price_list.spot_prices(history, name, now.date().isoformat())
