"""``tsdb preflight``: the wiring."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from .. import report
from ..aws import stack as stacks
from ..aws.clients import Clients
from . import registry
from .checks import REFUSED, all_checks
from .reading import read


def run(stack: str, cwd: str, *, as_json: bool, clients: Clients | None = None) -> bool:
    """Check, print, and say whether nothing is refused."""
    wanted = stacks.settings(Path(cwd), stack)
    there = clients or Clients(wanted.ec2.region)
    with report.progress(f"asking AWS about the stack {stack} in {wanted.ec2.region}"):
        facts = read(there, wanted)
        found = all_checks(wanted, facts, registry.read(there, wanted) if facts.who else None)
    good = all(each.state != REFUSED for each in found)
    if as_json:
        report.document({"good": good, "checks": [asdict(each) for each in found]})
    else:
        rows = [(each.state, each.name, each.found, each.remedy) for each in found]
        report.table("preflight", ("", "check", "found", "remedy"), rows, as_json=False)
    return good
