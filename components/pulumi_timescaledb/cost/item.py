"""A line of an estimate: so many units at a price, some of them free."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from .price import ZERO, Price, Range

HOURS = Decimal(730)  # a month as AWS's own calculator counts it: 8,760 hours / 12
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Item:
    """One line.

    Attributes:
        name: what is paid for.
        quantity: units a month.
        price: of one unit.
        note: what a reader should know, in a few words.
        least, most: the amount of one unit where it is a range (spot); else None, and the price's own.
    """

    name: str
    quantity: Decimal
    price: Price
    note: str = ""
    least: Decimal | None = None
    most: Decimal | None = None

    @property
    def listed(self) -> Range:
        """A month at list price."""
        return self._unit().times(self.quantity)

    @property
    def after_free(self) -> Range:
        """A month after what every account gets free for ever, as if nothing else in the account used it."""
        left = max(self.quantity - self.price.free, Decimal(0))
        return self._unit().times(left) if left else ZERO

    def _unit(self) -> Range:
        low = self.price.amount if self.least is None else self.least
        return Range(low, self.price.amount if self.most is None else self.most)


def cents(amount: Decimal) -> Decimal:
    """Rounded to cents, half up."""
    return amount.quantize(CENT, ROUND_HALF_UP)
