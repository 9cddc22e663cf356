"""``tsdb cost``: the wiring."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ... import bill
from ...cost import model, saved
from ...cost import report as cost_report
from ...cost.prices import Prices
from ...errors import Failed, Refusal
from .. import report
from . import live, stack_file
from .show import beside, show


@dataclass(frozen=True)
class Question:
    """What is asked. cwd: the project's folder. stack, against: names, or None. changes: attributes of a workload that
    differ from the settings. refresh, save, at_most: as the options."""

    cwd: str
    stack: str | None
    against: str | None
    changes: Mapping[str, Any]
    refresh: bool = False
    save: bool = False
    at_most: int | None = None


def run(question: Question, form: str) -> bool:
    """Estimate, print, and say whether the month is within ``at_most``; form: text, json or markdown."""
    if question.against is not None and question.stack is None:
        raise Refusal("--against is the second stack; name the first with --stack")
    if question.save and not question.refresh:
        raise Refusal("--save keeps what --refresh read; give both")
    one = _estimate(question, question.stack)
    other = _estimate(question, question.against) if question.against is not None else None
    _print(question, form, one, other)
    limit = question.at_most
    if limit is None or one.listed.high <= limit:
        return True
    sys.stderr.write(f"error: {one.listed.high} a month is above --at-most {limit}; look at the largest lines\n")
    return False


def _print(question: Question, form: str, one: model.Estimate, other: model.Estimate | None) -> None:
    if other is None:
        if form == "json":
            report.document(cost_report.document(one))
        elif form == "markdown":
            print(cost_report.markdown(one), end="")
        else:
            show(one)
        return
    names = (question.stack or "", question.against or "")
    if form == "json":
        report.document(dict(zip(names, map(cost_report.document, (one, other)), strict=True)))
    elif form == "markdown":
        print(cost_report.markdown_change(one, other), end="")
    else:
        beside(names, one, other)


def _estimate(question: Question, stack: str | None) -> model.Estimate:
    ec2, reference = stack_file.read(Path(question.cwd), stack) if stack is not None else stack_file.of_config({})
    workload = bill.workload(ec2, reference, changes=question.changes)
    folder = Path(question.cwd)
    if not question.refresh:
        return model.estimate(workload, saved.prices(folder, workload.region))
    before = saved.known(folder, workload.region)
    with report.progress("asking AWS for prices"):
        found = live.prices(workload, *live.clients(workload.region), known=before)
    if question.save:
        _save(folder, found)
    return model.estimate(workload, found)


def _save(folder: Path, found: Prices) -> None:
    try:
        path = saved.save(folder, found)
    except OSError as error:
        raise Failed(f"the prices cannot be saved in {folder} ({error.strerror}); give another --cwd") from None
    sys.stderr.write(f"prices saved in {path}, which the stack's previews read; commit it with the program\n")
