"""``tsdb restore``: the wiring."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import Refusal
from ...hosts.ec2.checks import IDENTITY_TAG
from .. import report
from ..aws import stack as stacks
from ..aws.clients import Clients
from . import act, look, state, steps
from .found import BEFORE_TAG, Found


@dataclass(frozen=True)
class Question:
    """What is asked. stack, cwd: whose settings. recovery_point, snapshot: one of them. zone, another: see
    :class:`.steps.Wish`. yes: whether to do it. wait: seconds that an outcome may take."""

    stack: str
    cwd: str
    recovery_point: str | None
    snapshot: str | None
    zone: str | None = None
    another: bool = False
    yes: bool = False
    wait: float = act.WAIT_SECONDS


def run(asked: Question, *, as_json: bool, clients: Clients | None = None, poll: float = act.POLL_SECONDS) -> None:
    """Show what would be done, or do it when that was said."""
    if (asked.recovery_point is None) == (asked.snapshot is None):
        raise Refusal("give what is restored: --recovery-point <ARN> or --snapshot <id>, one of them")
    wanted = stacks.settings(Path(asked.cwd), asked.stack)
    there = clients or Clients(wanted.ec2.region)
    if asked.recovery_point is not None:
        snapshot = look.of_recovery_point(there, asked.recovery_point, stacks.vault(wanted))
    else:
        snapshot = look.of_snapshot(there, asked.snapshot or "")
    found = look.look(there, wanted.name, snapshot)
    plan = steps.plan(found, steps.Wish(wanted.ec2.storage_gb, asked.zone or "", asked.another))
    if not asked.yes:
        _preview(found, plan, as_json)
        return
    if not as_json:
        _say(_headline(found, plan))
    try:
        new = act.Restore(there, found, plan, wait=asked.wait, poll=poll).run()
    except BaseException:
        sys.stderr.write("the restore has not ended; run the same command again, which does what is missing\n")
        raise
    _outcome(found, plan, new, asked.stack, as_json)


def rewrite(pair: str) -> None:
    """Write the exported stack on standard input anew on standard output; pair: ``vol-old=vol-new``."""
    told = re.fullmatch(r"(vol-[0-9a-f]+)=(vol-[0-9a-f]+)", pair)
    if not told:
        raise Refusal(f"--state is {pair}; write <old volume>=<new volume>, as tsdb restore prints it")
    print(state.moved(sys.stdin.read(), told[1], told[2]))


def _headline(found: Found, plan: steps.Plan) -> str:
    which = found.snapshot.recovery_point or found.snapshot.id
    old = f"in place of {plan.old.id}" if plan.old else "where there is no volume"
    return f"{which} of {found.snapshot.began or 'an unknown time'} becomes the volume of {found.name}, {old}"


def _preview(found: Found, plan: steps.Plan, as_json: bool) -> None:
    if as_json:
        report.document(_document(found, plan, done=False))
        return
    _say(_headline(found, plan))
    for number, step in enumerate(plan.steps, 1):
        _say(f"  {number}. {step.says}")
    for note in plan.notes:
        _say(f"note: {note}")
    _say(
        "The database is down from the stop to the end of the boot; what was written since the snapshot is in the old "
        "volume alone."
    )
    _say("Nothing is deleted. Nothing was done: add --yes to do it.")


def _outcome(found: Found, plan: steps.Plan, new: str, stack: str, as_json: bool) -> None:
    old = plan.old.id if plan.old else ""
    commands = state.way(old, new, stack) if old else []
    if as_json:
        report.document({**_document(found, plan, done=True), "new": new, "pulumi": commands})
        return
    _say(f"{new} is the volume of {found.name}")
    if old:
        _say(f"{old} is kept, with the tag {BEFORE_TAG}={found.name}; delete it by hand when you no longer need it")
        _say("Pulumi's state still names the old volume, and pulumi up would give it the tag back. Type first:")
        for command in commands:
            _say(f"  {command}")
    else:
        _say(f"Pulumi knows no volume with {IDENTITY_TAG}={found.name}: declare existing_volume_id={new}, or import it")
    _say("tsdb verify says whether the database is whole.")


def _document(found: Found, plan: steps.Plan, *, done: bool) -> dict[str, Any]:
    return {
        "done": done,
        "database": found.name,
        "snapshot": found.snapshot.id,
        "old": plan.old.id if plan.old else None,
        "new": plan.new.id if plan.new else None,
        "zone": plan.zone,
        "size_gb": plan.size_gb,
        "steps": [{"does": each.does, "object": each.object, "says": each.says} for each in plan.steps],
        "notes": list(plan.notes),
    }


def _say(sentence: str) -> None:
    print(sentence)
