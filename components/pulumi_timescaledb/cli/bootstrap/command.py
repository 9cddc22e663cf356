"""``tsdb bootstrap``: the wiring."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import yaml

from ...errors import Refusal
from .. import report
from ..aws import stack as stacks
from ..aws.clients import Clients
from . import act, look
from .policy import policy
from .wanted import Wanted, commands, items, wanted


@dataclass(frozen=True)
class Question:
    """What is asked. stack, cwd: whose region and project. region: instead of the stack's. bucket, alias: names, or
    None for those that are made of project, account and region. yes: whether to make what is missing."""

    cwd: str
    stack: str | None
    region: str | None
    bucket: str | None
    alias: str | None
    yes: bool = False


def run(asked: Question, *, as_json: bool, clients: Clients | None = None) -> bool:
    """Show what there is, make what is missing when that was said, and say whether everything is there."""
    want, there = _wanted(asked, clients)
    found = look.look(there, want)
    before = items(want, found)
    missing = [each for each in before if not each.there]
    if asked.yes:
        act.Bootstrap(there, want, found).run(missing)
    after = items(want, look.look(there, want)) if asked.yes and missing else before
    made = {each.name for each in missing} - {each.name for each in after if not each.there}
    good = all(each.there for each in after)
    typed = commands(want, asked.stack or "dev")
    if as_json:
        rows = [{**asdict(each), "made": each.name in made} for each in after]
        report.document({"good": good, "bucket": want.bucket, "alias": want.alias, "items": rows, "next": typed})
        return good
    shown = [(_state(each.there, each.name in made), each.says) for each in after]
    report.table("bootstrap", ("", "what"), shown, as_json=False)
    if not good:
        print("Nothing was made: add --yes to make what is missing." if not asked.yes else "Run this again.")
        return False
    for line in typed:
        print(line)
    return True


def print_policy(asked: Question, which: str, clients: Clients | None = None) -> None:
    """Print one policy of whoever deploys, with the names of the account in it."""
    want, _ = _wanted(asked, clients)
    names = {
        "Partition": want.partition,
        "Region": want.region,
        "Account": want.account,
        "Project": _project(asked.cwd),
        "Bucket": want.bucket,
        "Alias": want.alias,
    }
    print(json.dumps(policy(which, **names), indent=2))


def _wanted(asked: Question, clients: Clients | None) -> tuple[Wanted, Clients]:
    region = asked.region
    if region is None:
        if asked.stack is None:
            raise Refusal("give the region: --region <name>, or --stack <name> whose settings say it")
        region = stacks.settings(Path(asked.cwd), asked.stack).ec2.region
    there = clients or Clients(region)
    partition, account = look.who(there)
    return wanted(_project(asked.cwd), region, partition, account, asked.bucket, asked.alias), there


def _project(cwd: str) -> str:
    path = Path(cwd) / "Pulumi.yaml"
    try:
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
        return str(said["name"])
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError):
        raise Refusal(f"{path} names no project; give the project's folder with --cwd") from None


def _state(there: bool, made: bool) -> str:
    return "made" if made else "ok" if there else "MISSING"
