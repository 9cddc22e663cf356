"""An estimate, or two side by side, as rows of text, as JSON and as a markdown table."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .item import cents
from .model import Estimate, yearly
from .price import ZERO, Range
from .quoted import SOURCE

COLUMNS = ("item", "quantity", "unit", "price", "list", "after free tier", "note")


def money(amount: Range) -> str:
    """``12.26``, or ``0.61 to 1.84`` where it is a range."""
    low, high = cents(amount.low), cents(amount.high)
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def rows(found: Estimate) -> list[tuple[str, ...]]:
    """A row for each line, under :data:`COLUMNS`."""
    return [
        (
            each.name,
            _count(each.quantity),
            each.price.unit,
            f"{each.price.amount.normalize():f}",
            money(each.listed),
            money(each.after_free),
            each.note,
        )
        for each in found.items
    ]


def totals(found: Estimate) -> list[tuple[str, str, str]]:
    """What, a month, a year: both totals and the quoted figure."""
    return [
        ("list", money(found.listed), money(yearly(found.listed))),
        ("after free tier", money(found.after_free), money(yearly(found.after_free))),
        (SOURCE, f"{found.quoted.monthly:,}", f"{found.quoted.yearly:,}"),
    ]


def ways_out(found: Estimate) -> list[tuple[str, str, str]]:
    """Way out, its price a month, and whether it is the chosen one."""
    return [
        (way, money(sum((each.listed for each in lines), ZERO)), "chosen" if way == found.workload.egress else "")
        for way, lines in found.options.items()
    ]


def compared(one: Estimate, other: Estimate) -> list[tuple[str, str, str]]:
    """Line, list price in the first, list price in the second; an instance is one line whatever its type."""
    first, second = _lines(one), _lines(other)
    names = [*first, *(name for name in second if name not in first)]
    lines = [(name, _shown(first.get(name)), _shown(second.get(name))) for name in names]
    both = zip(totals(one), totals(other), strict=True)
    return [*lines, *((f"total, {left[0]}", left[1], right[1]) for left, right in both)]


def line(found: Estimate) -> str:
    """One line for a preview: both totals, and what the other ways out cost."""
    others = ", ".join(f"{way} {price}" for way, price, chosen in ways_out(found) if not chosen)
    return (
        f"estimated cost in USD a month: {money(found.listed)} at list prices, {money(found.after_free)} after the "
        f"free tier; the way out {found.workload.egress} is in it, others: {others}"
    )


def document(found: Estimate) -> dict[str, Any]:
    """For machines: amounts as texts, so that no reader makes floats of them."""
    return {
        "workload": {name: str(value) for name, value in vars(found.workload).items()},
        "items": [
            {
                "item": each.name,
                "quantity": f"{each.quantity.normalize():f}",
                "unit": each.price.unit,
                "price": str(each.price.amount),
                "list": _ends(each.listed),
                "after_free_tier": _ends(each.after_free),
                "note": each.note,
                "source": each.price.source,
                "date": each.price.date,
            }
            for each in found.items
        ],
        "monthly": {"list": _ends(found.listed), "after_free_tier": _ends(found.after_free)},
        "yearly": {"list": _ends(yearly(found.listed)), "after_free_tier": _ends(yearly(found.after_free))},
        "quoted_by_guides": {"monthly": str(found.quoted.monthly), "yearly": str(found.quoted.yearly)},
        "egress": {way: price for way, price, _ in ways_out(found)},
        "advice": list(found.advice),
        "currency": "USD",
    }


def markdown(found: Estimate) -> str:
    """A table for a pull request: each line, then the totals of a month."""
    lines = ["| item | list | after free tier |", "|---|---:|---:|"]
    lines += [f"| {each.name} | {money(each.listed)} | {money(each.after_free)} |" for each in found.items]
    lines.append(f"| **a month, USD** | **{money(found.listed)}** | **{money(found.after_free)}** |")
    return "\n".join(lines) + "\n"


def markdown_change(before: Estimate, after: Estimate) -> str:
    """The lines that differ between two estimates, then the totals of a month."""
    changed = [row for row in compared(before, after) if row[1] != row[2] or row[0].startswith("total, ")]
    lines = ["| USD a month | before | after |", "|---|---:|---:|"]
    return "\n".join([*lines, *(f"| {name} | {left} | {right} |" for name, left, right in changed)]) + "\n"


def _lines(found: Estimate) -> dict[str, Range]:
    first, *rest = found.items
    return {"instance": first.listed, **{each.name: each.listed for each in rest}}


def _shown(amount: Range | None) -> str:
    return "-" if amount is None else money(amount)


def _ends(amount: Range) -> dict[str, str]:
    return {"low": str(cents(amount.low)), "high": str(cents(amount.high))}


def _count(quantity: Decimal) -> str:
    return f"{quantity.quantize(Decimal('0.01')).normalize():,f}"
