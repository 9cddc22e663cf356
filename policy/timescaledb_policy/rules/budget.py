"""A stack costs no more a month than it may."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from pulumi_timescaledb.errors import TimescaleDBError

from timescaledb_policy import priced
from timescaledb_policy.resource import UNKNOWN, Resource
from timescaledb_policy.rule import Config, Finding, Option, Severity, StackRule

STACK = "pulumi:pulumi:Stack"
OUTPUT = "estimated_monthly_cost"
"""The stack's own estimate, which also counts what is used rather than declared."""


def _within(stack: Sequence[Resource], config: Config) -> Iterator[Finding]:
    most = config["usd_per_month"]
    if most is None:
        return
    stated = [each.of(OUTPUT) for each in stack if each.type == STACK]
    found = [(Decimal(str(each)), f"its output {OUTPUT}") for each in stated if isinstance(each, (int, float))]
    try:
        found.append((priced.total(stack, config["region"]), "its resources at list price"))
    except TimescaleDBError as error:
        if not found and UNKNOWN not in stated:
            yield Finding(f"cannot be priced ({error})", f"export {OUTPUT}, or switch this rule off")
    amount, source = max(found, default=(Decimal(0), ""))
    if amount > Decimal(str(most)):
        remedy = "choose smaller or fewer resources, or raise usd_per_month of this rule"
        yield Finding(f"costs {amount:.2f} dollars a month by {source}, and {most:g} are allowed", remedy)


RULES = (
    StackRule(
        "monthly-budget",
        "A stack costs no more a month than the figure configured for it.",
        _within,
        severity=Severity.MEDIUM,
        options={
            "usd_per_month": Option(
                None, {"type": "number", "minimum": 0}, "The most dollars a month; none: no limit."
            ),
            "region": Option("us-east-1", {"type": "string"}, "Region of resources whose provider names none."),
        },
    ),
)
