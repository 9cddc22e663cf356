"""What a month costs before and after a plan, as far as that can be known; a side that cannot is said to be unknown.

After: the estimate of the stack's settings as they stand in its file. Before: the estimate of the settings that were
deployed, where their file is given, else the total that the last run put out. Neither is part of a digest: prices
change while no plan does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from ... import bill
from ...cost import report, saved
from ...cost.model import Estimate
from ...errors import Refusal, TimescaleDBError
from ...settings.ec2 import Ec2
from ..cost import stack_file

OUTPUT = "estimated_monthly_cost"
UNKNOWN = "unknown"
_STACK = "pulumi:pulumi:Stack"


@dataclass(frozen=True)
class Cost:
    """before: an estimate, a total in dollars, or None where it is not known. after: an estimate or None. why: what is
    to be known of both, in sentences."""

    before: Estimate | Decimal | None
    after: Estimate | None
    why: tuple[str, ...] = ()


def change(steps: Sequence[Mapping[str, Any]], stack: str, folder: Path, deployed: Path | None = None) -> Cost | None:
    """Both sides; None for a stack that nobody bills for.

    Args:
        steps: of the engine.
        stack: its name.
        folder: the project's.
        deployed: the stack's file as it was deployed; by default the state's total is taken.

    Raises:
        Refusal: for a ``deployed`` that is not there.
    """
    why: list[str] = []
    before: Estimate | Decimal | None = None
    if deployed is not None:
        if not deployed.is_file():
            raise Refusal(f"--cost-before {deployed} is not there; give the stack's file as it was deployed")
        try:
            before = _priced(folder, *stack_file.of_file(deployed))
        except TimescaleDBError as error:
            why.append(f"before: no estimate, because {error}")
    if before is None:
        before = total_of(steps)
        if before is not None:
            why.append("before: the list price that the last run put out, of which the lines are not known")
    try:
        after = _priced(folder, *stack_file.read(folder, stack))
    except TimescaleDBError as error:  # another program's settings, another target, or a size that AWS has not
        after = None
        why.append(f"after: {UNKNOWN}, because {error}")
    if after is None and not before:
        return None
    if before is None:
        why.append(f"before: {UNKNOWN}, because no run has put out {OUTPUT} yet")
    return Cost(before, after, tuple(why))


def total_of(steps: Sequence[Mapping[str, Any]]) -> Decimal | None:
    """The output of the last run, which the engine shows as the stack's old state; None where there is none."""
    for step in steps:
        state = step.get("oldState") or {}
        if state.get("type") == _STACK:
            try:
                return Decimal(str((state.get("outputs") or {}).get(OUTPUT, "")))
            except InvalidOperation:  # empty on a host that says no price, hidden where it was made a secret
                return None
    return None


def rows(cost: Cost) -> list[tuple[str, str, str]]:
    """What, before, after; without lines that stay."""
    if isinstance(cost.before, Estimate) and cost.after is not None:
        both = report.compared(cost.before, cost.after)
        return [row for row in both if row[1] != row[2] or row[0].startswith("total, ")]
    ends = (_total(cost.before), _total(cost.after))
    return [("total, list", *ends)]


def markdown(cost: Cost) -> Iterator[str]:
    """The section of a comment, without its heading."""
    yield from ("| USD a month | before | after |", "|---|---:|---:|")
    yield from (f"| {name} | {before} | {after} |" for name, before, after in rows(cost))


def as_json(cost: Cost) -> dict[str, Any]:
    """For machines; null is unknown."""
    before = cost.before
    old = report.document(before) if isinstance(before, Estimate) else None if before is None else {"list": str(before)}
    return {"before": old, "after": None if cost.after is None else report.document(cost.after), "why": list(cost.why)}


def _total(side: Estimate | Decimal | None) -> str:
    if isinstance(side, Estimate):
        return report.money(side.listed)
    return UNKNOWN if side is None else f"{side:,.2f}"


def _priced(folder: Path, ec2: Ec2, reference: str | None) -> Estimate:
    return bill.estimate(ec2, reference, saved.prices(folder, ec2.region))
