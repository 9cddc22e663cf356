"""The dated price table, and a region's prices as one object.

Each price names its source and date; a test refuses one that does not. ``infracost`` stands for the golden files of
infracost's own tests (internal/providers/terraform/aws/testdata), whose figures come from AWS's Price List.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from ..hardware.instance_types import find
from . import on_demand
from .price import Price
from .refused import CannotPrice

_GOLDEN_DATE = "2026-08-21"  # of the infracost tree that was read
_PAGE = "AWS pricing page, general knowledge, not re-read: "
_PAGE_DATE = "2026-11-21"


def _golden(amount: str, unit: str, file: str, free: str = "0") -> Price:
    source = f"infracost, {file}_test/{file}_test.golden"
    return Price(Decimal(amount), unit, source, _GOLDEN_DATE, Decimal(free))


def _known(amount: str, unit: str, page: str, free: str = "0") -> Price:
    return Price(Decimal(amount), unit, _PAGE + page, _PAGE_DATE, Decimal(free))


# Free quantities: the "always free" tier of the services' pricing pages (CloudWatch: 10 alarms, 10 metrics, 1 million
# requests, 3 dashboards, 5 GB of logs; data transfer: 100 GB a month).
US_EAST_1: dict[str, Price] = {
    "volume": _golden("0.08", "GB-month", "ebs_volume"),
    "volume_iops": _golden("0.005", "IOPS-month", "ebs_volume"),
    "volume_throughput": _golden("0.04", "MiB/s-month", "ebs_volume"),
    "snapshot": _golden("0.05", "GB-month", "ebs_snapshot"),
    "public_ip": _known("0.005", "hour", "VPC, public IPv4 addresses"),
    "nat_hour": _golden("0.045", "hour", "nat_gateway"),
    "nat_gb": _golden("0.045", "GB", "nat_gateway"),
    "endpoint_hour": _golden("0.01", "hour", "vpc_endpoint"),
    "endpoint_gb": _golden("0.01", "GB", "vpc_endpoint"),
    "egress_only_gateway": _known("0", "hour", "VPC, egress-only internet gateways"),
    "secret": _golden("0.40", "secret-month", "secretsmanager_secret"),
    "secret_calls": _golden("0.05", "10,000 calls", "secretsmanager_secret"),
    "parameter": _known("0", "parameter-month", "Systems Manager, standard parameters"),
    "alarm": _golden("0.10", "alarm-month", "cloudwatch_metric_alarm", "10"),
    "composite_alarm": _known("0.50", "alarm-month", "CloudWatch, composite alarms"),
    "metric": _known("0.30", "metric-month", "CloudWatch, custom metrics", "10"),
    "metric_calls": _known("0.01", "1,000 calls", "CloudWatch, PutMetricData", "1000"),
    "dashboard": _golden("3.00", "dashboard-month", "cloudwatch_dashboard", "3"),
    "log_in": _golden("0.50", "GB", "cloudwatch_log_group", "5"),
    "log_kept": _golden("0.03", "GB-month", "cloudwatch_log_group"),
    "archive": _golden("0.023", "GB-month", "s3_bucket"),
    "archive_puts": _golden("0.005", "1,000 calls", "s3_bucket"),
    "transfer": _golden("0.09", "GB", "data_transfer", "100"),
    "zone": _golden("0.50", "zone-month", "route53_zone"),
}
TABLE: dict[str, dict[str, Price]] = {"us-east-1": US_EAST_1}


@dataclass(frozen=True)
class Prices:
    """The prices of one region. spot: dollars an hour (average, 7-day maximum) of one type, where read live."""

    region: str
    table: Mapping[str, Price]
    hourly: Mapping[str, Price]
    spot: Mapping[str, tuple[Price, Price]]

    def of(self, name: str) -> Price:
        """The price of a thing."""
        return self.table[name]

    def instance(self, name: str) -> Price:
        """The on-demand price of a type an hour; raises CannotPrice for one without a price here."""
        find(name)
        if name not in self.hourly:
            raise CannotPrice(
                "instance_type", f'"{name}" has no price in {self.region}', "read it with tsdb cost --refresh --save"
            )
        return self.hourly[name]

    def with_live(
        self, table: Mapping[str, Price], hourly: Mapping[str, Price], spot: Mapping[str, tuple[Price, Price]]
    ) -> Prices:
        """The same with prices read live in place of the table's."""
        return replace(
            self, table={**self.table, **table}, hourly={**self.hourly, **hourly}, spot={**self.spot, **spot}
        )


def of_region(region: str) -> Prices:
    """The table's prices of a region; raises CannotPrice for a region without any."""
    if region not in TABLE:
        known = ", ".join(sorted(TABLE))
        raise CannotPrice(
            "region",
            f'"{region}" has no prices in the table',
            f"choose {known}, or read them with tsdb cost --refresh --save, beside the program",
        )
    hourly = {
        name: Price(Decimal(amount), "hour", on_demand.SOURCE, on_demand.DATE)
        for name, amount in on_demand.HOURLY[region].items()
    }
    return Prices(region, TABLE[region], hourly, {})


def elsewhere(region: str) -> Prices:
    """For a region that is then read live: no instance prices, and us-east-1's for what is small, marked as such."""
    borrowed = {name: replace(each, source=f"{each.source} (of us-east-1)") for name, each in US_EAST_1.items()}
    return Prices(region, borrowed, {}, {})


def basis(region: str) -> Prices:
    """What live prices are laid over: the table's, or in a region without any what :func:`elsewhere` borrows."""
    return of_region(region) if region in TABLE else elsewhere(region)
