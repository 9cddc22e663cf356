"""``tsdb plan``: the wiring."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ...database.plan.document import WHOLE
from ...errors import Failed, Refusal
from .. import report, target
from . import cost, engine, merged
from .markdown import markdown
from .show import show


@dataclass(frozen=True)
class Judgement:
    """By what a plan is judged. expect: the digest it must have, or None. drift: whether any difference is one too
    many. deployed: the stack's file as it was deployed, for the cost before; None for the state's total."""

    expect: str | None = None
    drift: bool = False
    deployed: str | None = None


GOOD, FALLS_SHORT, DRIFTED = 0, 1, 7  # 7 as drift checks of the engine's family end


def run(stack: str | None, cwd: str, judgement: Judgement, *, form: str, arguments: Sequence[str] = ()) -> int:
    """Preview, print, and return the exit code: 0, 1 for a plan that is refused or not the expected one, 7 for drift.

    form: ``text``, ``json`` or ``markdown``. Raises Failed where the engine was stopped by anything but a refusal, and
    where drift is asked after and a database was not read.
    """
    expect = judgement.expect
    deployed = None if judgement.deployed is None else Path(judgement.deployed).absolute()
    if expect is not None and not WHOLE.match(expect):
        raise Refusal(f'--expect "{expect}" is not a digest; write the one that tsdb plan prints')
    target.enter(cwd)
    with report.progress("previewing"):
        preview = engine.preview(stack, arguments)
    plan = merged.merge(stack, preview)
    plan = replace(plan, cost=cost.change(preview.steps, plan.stack, Path(), deployed))
    if form == "json":
        report.document(merged.as_json(plan))
    elif form == "markdown":
        print(markdown(plan), end="")
    else:
        show(plan)
    if not plan.complete and not plan.refused:
        raise Failed(f"pulumi preview failed: {'; '.join(plan.errors) or 'no reason given'}")
    if expect is not None and plan.digest != expect:
        sys.stderr.write(f"error: the plan is {plan.digest} and not the expected {expect}; look at it and approve it\n")
        return FALLS_SHORT
    if plan.refused:
        return FALLS_SHORT
    return _drift(plan) if judgement.drift else GOOD


def _drift(plan: merged.Merged) -> int:
    if plan.unread:
        raise Failed("whether there is drift is not known, because a database was not read; the plan says why")
    if plan.empty:
        return GOOD
    sys.stderr.write("error: what runs is not what was deployed; the plan says where, and a deployment repairs it\n")
    return DRIFTED
