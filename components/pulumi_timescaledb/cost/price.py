"""One price: how much, for which unit, who says so and when it was said."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Price:
    """A price in US dollars.

    Attributes:
        amount: for one ``unit``.
        unit: such as ``hour`` or ``GB-month``.
        source: where it was read: a file, a document or an API.
        date: ISO date of that source.
        free: units a month that every account gets for ever (the twelve months of a new account are not counted).
    """

    amount: Decimal
    unit: str
    source: str
    date: str
    free: Decimal = Decimal(0)


@dataclass(frozen=True)
class Range:
    """An amount that is not known exactly: from ``low`` to ``high``, equal where it is."""

    low: Decimal
    high: Decimal

    def __add__(self, other: Range) -> Range:
        """The sum, both ends apart."""
        return Range(self.low + other.low, self.high + other.high)

    def times(self, factor: Decimal) -> Range:
        """Both ends multiplied."""
        return Range(self.low * factor, self.high * factor)


ZERO = Range(Decimal(0), Decimal(0))
