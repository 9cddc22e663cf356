"""The formula that is often quoted for such a host, worked out from its published cases, to stand beside our items.

Its cases, as quoted by guides (a month and a year, in dollars): t4g.micro on spot with 20 GB 3.54; t4g.small with
100 GB 23.06 and 276.72; t4g.medium with 500 GB 69.33 and 831.96. They fix every term:

    compute   730 h at the on-demand price; on spot 0.30 of it
    volume    0.08 a GB
    backup    0.005 a GB, a tenth of the snapshot price: between the two larger cases lie 12.26 of compute, 32.00 of
              volume and 46.27 as quoted, which leaves 2.00 for 400 GB
    flat      2.30 on-demand, nothing on spot: what is left in both larger cases; the guides do not say what for
    year      twelve times the month after it is rounded to cents

It leaves out the root disk, any way out, secret, metrics, archive and transfer.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from .item import HOURS, cents

SOURCE = "quoted by guides"
SPOT_SHARE = Decimal("0.30")
VOLUME = Decimal("0.08")
BACKUP = Decimal("0.005")
FLAT = Decimal("2.30")
CASES = (  # type, market, GB, a month, a year or None where none is quoted
    ("t4g.micro", "spot", 20, Decimal("3.54"), None),
    ("t4g.small", "on-demand", 100, Decimal("23.06"), Decimal("276.72")),
    ("t4g.medium", "on-demand", 500, Decimal("69.33"), Decimal("831.96")),
)


@dataclass(frozen=True)
class Quoted:
    """What the formula gives, in dollars."""

    monthly: Decimal
    yearly: Decimal


def quoted(hourly: Decimal, market: str, storage_gb: int) -> Quoted:
    """The formula's result.

    Args:
        hourly: on-demand price of the instance, dollars an hour.
        market: ``spot`` or ``on-demand``.
        storage_gb: size of the data volume in GB.
    """
    compute = hourly * HOURS * (SPOT_SHARE if market == "spot" else 1)
    flat = FLAT if market == "on-demand" else Decimal(0)
    monthly = cents(compute + storage_gb * (VOLUME + BACKUP) + flat)
    return Quoted(monthly, cents(monthly * 12))
