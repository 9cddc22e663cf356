"""An estimate: every line of a host's bill, two totals, and the quoted formula beside them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ..hardware import gp3
from ..hardware.instance_types import find
from . import prices as price_table
from . import quoted, way_out
from .item import HOURS, Item, cents
from .price import ZERO, Range
from .prices import Prices
from .workload import Workload

SPOT_LOW, SPOT_HIGH = Decimal("0.10"), Decimal("0.30")  # of on-demand; the range that is planned with until refreshed
WAL_SECONDS = 300  # a segment is archived at least this often
MONTH_SECONDS = HOURS * 3600
METRIC_CALLS = MONTH_SECONDS / 60  # one batched PutMetricData a minute
SECRET_CALLS = MONTH_SECONDS / 3600  # one read an hour


@dataclass(frozen=True)
class Estimate:
    """The bill of one host. items: its lines. options: every way out with its lines. advice: sentences."""

    workload: Workload
    items: tuple[Item, ...]
    options: dict[str, list[Item]]
    quoted: quoted.Quoted
    advice: tuple[str, ...]

    @property
    def listed(self) -> Range:
        """A month at list price, rounded to cents."""
        return _total([each.listed for each in self.items])

    @property
    def after_free(self) -> Range:
        """A month after the free tier, rounded to cents."""
        return _total([each.after_free for each in self.items])

    @property
    def dates(self) -> tuple[str, str]:
        """The oldest and the newest date among the prices used."""
        dates = sorted(each.price.date for each in self.items)
        return dates[0], dates[-1]


def yearly(month: Range) -> Range:
    """Twelve months."""
    return month.times(Decimal(12))


def estimate(workload: Workload, prices: Prices | None = None) -> Estimate:
    """The estimate of a host; prices: by default the table's for its region.

    Raises:
        CannotPrice: for a region or a type without a price.
    """
    prices = prices or price_table.of_region(workload.region)
    lines = [
        *_host(workload, prices),
        *_disks(workload, prices),
        *way_out.items(workload, prices),
        *_secret(workload, prices),
        *_watch(workload, prices),
        *_kept(workload, prices),
    ]
    wasted = gp3.wasted(find(workload.instance_type), workload.iops, workload.throughput)
    return Estimate(
        workload,
        tuple(each for each in lines if each.quantity),
        way_out.options(workload, prices),
        quoted.quoted(prices.instance(workload.instance_type).amount, workload.market, workload.storage_gb),
        (wasted,) if wasted else (),
    )


def _host(workload: Workload, prices: Prices) -> list[Item]:
    name = workload.instance_type
    price = prices.instance(name)
    if workload.market == "on-demand":
        return [Item(f"{name}, on-demand", HOURS, price)]
    if name in prices.spot:
        average, most = prices.spot[name]
        low, high = sorted((average.amount, most.amount))
        return [Item(f"{name}, spot", HOURS, average, "average to maximum of 7 days", low, high)]
    note = f"{SPOT_LOW} to {SPOT_HIGH} of on-demand; --refresh reads the live price"
    return [Item(f"{name}, spot", HOURS, price, note, price.amount * SPOT_LOW, price.amount * SPOT_HIGH)]


def _disks(workload: Workload, prices: Prices) -> list[Item]:
    return [
        Item("data volume", Decimal(workload.storage_gb), prices.of("volume"), "gp3"),
        Item("data volume, IOPS", Decimal(workload.iops - gp3.BASE_IOPS), prices.of("volume_iops"), "over 3,000"),
        Item(
            "data volume, throughput",
            Decimal(workload.throughput - gp3.BASE_THROUGHPUT),
            prices.of("volume_throughput"),
            "over 125 MiB/s",
        ),
        Item("root disk", Decimal(workload.root_gb), prices.of("volume"), "gp3"),
    ]


def _secret(workload: Workload, prices: Prices) -> list[Item]:
    if workload.store == "secretsmanager":
        return [
            Item("secret", Decimal(1), prices.of("secret"), "Secrets Manager"),
            Item("secret, calls", SECRET_CALLS / 10_000, prices.of("secret_calls")),
        ]
    count = Decimal(1 if workload.store == "ssm" else 0)
    return [Item("secret", count, prices.of("parameter"), "SSM, standard parameter")]


def _watch(workload: Workload, prices: Prices) -> list[Item]:
    calls = METRIC_CALLS / 1000 if workload.metrics else Decimal(0)
    logs = workload.logs_gb if workload.alarms else Decimal(0)
    return [
        Item("alarms", Decimal(workload.alarms), prices.of("alarm")),
        Item("composite alarms", Decimal(workload.composite_alarms), prices.of("composite_alarm")),
        Item("custom metrics", Decimal(workload.metrics), prices.of("metric")),
        Item("custom metrics, calls", calls, prices.of("metric_calls"), "one a minute"),
        Item("dashboard", Decimal(workload.dashboards), prices.of("dashboard")),
        Item("logs, sent", logs, prices.of("log_in")),
        Item("logs, kept", logs, prices.of("log_kept")),
        Item("hosted zone", Decimal(workload.zones), prices.of("zone")),
    ]


def _kept(workload: Workload, prices: Prices) -> list[Item]:
    puts = MONTH_SECONDS / WAL_SECONDS / 1000 if workload.archive_days else Decimal(0)
    reach = f"S3, backups and WAL of {workload.archive_days} days, uncompressed"
    days = f"{workload.used_gb:.1f} GB in use, {workload.change_gb:.1f} GB a day, {workload.backup_days} days"
    if workload.monthly_points:
        days += f", then {workload.monthly_points} months"
    return [
        Item("snapshots", workload.snapshot_gb, prices.of("snapshot"), days),
        Item("archive", workload.archive_gb, prices.of("archive"), reach),
        Item("archive, calls", puts, prices.of("archive_puts")),
        Item("transfer to the internet", workload.transfer_gb, prices.of("transfer")),
    ]


def _total(amounts: list[Range]) -> Range:
    total = sum(amounts, ZERO)
    return Range(cents(total.low), cents(total.high))
