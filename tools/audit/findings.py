"""What the tools found, and which of it is accepted. Reading and judging are pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import yaml

ACCEPTED = Path(__file__).with_name("accepted.yaml")


class Finding(NamedTuple):
    """tool, check: which rule. where: the file or resource. says: in the tool's words."""

    tool: str
    check: str
    where: str
    says: str


class Accepted(NamedTuple):
    """A finding that stays. why: for whom asks."""

    tool: str
    check: str
    where: str
    why: str


def accepted(path: Path = ACCEPTED) -> list[Accepted]:
    """The list. Raises KeyError or TypeError for an entry that lacks something."""
    entries = yaml.safe_load(path.read_text(encoding="utf-8")) or []
    return [Accepted(each["tool"], each["check"], each["where"], each["why"]) for each in entries]


def of_checkov(text: str) -> Iterator[Finding]:
    """From ``checkov --output json``, which prints one document for one framework and a list for several."""
    said = json.loads(text)
    for report in said if isinstance(said, list) else [said]:
        for each in report.get("results", {}).get("failed_checks", ()):
            yield Finding("checkov", each["check_id"], each["resource"], each["check_name"])
        for path in report.get("results", {}).get("parsing_errors", ()):
            yield Finding("checkov", "parsing", str(path), "the file could not be read")


def examined(text: str) -> int:
    """How many checks of checkov ran at all."""
    said = json.loads(text)
    return sum(
        each["summary"]["passed"] + each["summary"]["failed"] for each in (said if isinstance(said, list) else [said])
    )


def of_zizmor(text: str) -> Iterator[Finding]:
    """From ``zizmor --format json-v1``."""
    for each in json.loads(text):
        path = each["locations"][0]["symbolic"]["key"]["Local"]["verbatim_path"]
        yield Finding("zizmor", each["ident"], Path(path).name, each["desc"])


def of_schema(text: str) -> Iterator[Finding]:
    """From ``check-jsonschema --output-format json``."""
    said = json.loads(text)
    for each in said.get("errors", ()):
        yield Finding("check-jsonschema", "workflow", Path(each["filename"]).name, f"{each['path']}: {each['message']}")
    for each in said.get("parse_errors", ()):
        yield Finding("check-jsonschema", "parsing", Path(each["filename"]).name, each["message"])


def judge(found: Iterable[Finding], listed: Sequence[Accepted]) -> tuple[list[Finding], list[Accepted]]:
    """Findings that nobody accepted, and acceptances of what is found no more."""
    found = list(found)
    known = {each[:3] for each in listed}
    there = {each[:3] for each in found}
    return [each for each in found if each[:3] not in known], [each for each in listed if each[:3] not in there]
