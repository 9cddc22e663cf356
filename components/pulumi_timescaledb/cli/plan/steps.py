"""The engine's steps as rows: what it would do to each resource, without any value, since a value may be secret."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...database.plan.document import Entry

_FOLDED = {
    "create-replacement": "replace",
    "delete-replaced": "replace",
    "import-replacement": "replace",
    "discard-replaced": "replace",
}
ORDER = ("delete", "replace", "create", "import", "update")
# what the engine follows by an update of the same resource, where it is not as it was declared
_WITH_UPDATE = ("import", "replace")
_QUIET = ("same", "refresh", "read", "read-replacement", "read-discard", "discard", "remove-pending-replace")
_DYNAMIC = "pulumi-python:dynamic/timescaledb:"
_HIDDEN = ("__provider", "__defaults", "__meta")


@dataclass(frozen=True)
class Step:
    """What happens to one resource. properties: the names of those that differ. because: those that force a
    replacement. protected: whether the engine refuses to delete it. retained: whether it stays when it is deleted."""

    op: str
    type: str
    name: str
    urn: str
    properties: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    protected: bool = False
    retained: bool = False

    @property
    def goes(self) -> bool:
        """Whether what is there now goes; a declared object of a database is only no longer managed."""
        return self.op in ("delete", "replace") and not self.type.startswith(_DYNAMIC)


def rows(steps: Iterable[Mapping[str, Any]]) -> list[Step]:
    """One row a resource that does not stay the same, what loses most first; components have no resource behind."""
    found: dict[str, Step] = {}
    for each in steps:
        op, urn = str(each.get("op")), str(each.get("urn"))
        state = each.get("newState") or each.get("oldState") or {}
        options = _options(each)
        if not state.get("custom", True) or (op in _QUIET and not options):
            continue
        before = found.get(urn)
        properties = sorted({*(before.properties if before else ()), *_properties(each), *options})
        because = sorted({*(before.because if before else ()), *_roots(each.get("replaceReasons") or ())})
        was = each.get("oldState") or {}
        protected = bool(was.get("protect")) or (before is not None and before.protected)
        retained = bool(was.get("retainOnDelete")) or (before is not None and before.retained)
        op = "update" if op in _QUIET else _FOLDED.get(op, op)
        if op == "update" and before is not None and before.op in _WITH_UPDATE:
            op = before.op
        name = urn.rpartition("::")[2]
        found[urn] = Step(op, _type(urn), name, urn, tuple(properties), tuple(because), protected, retained)
    known = {op: place for place, op in enumerate(ORDER)}
    return sorted(found.values(), key=lambda step: (known.get(step.op, len(known)), step.type, step.name))


def fingerprint(steps: Iterable[Mapping[str, Any]]) -> list[Any]:
    """What a digest covers of the steps: which resource, what happens, a hash of the inputs it would get, and whether
    its protection changes."""
    found = []
    for each in steps:
        if str(each.get("op")) not in _QUIET:
            inputs = (each.get("newState") or {}).get("inputs") or {}
            written = json.dumps(inputs, sort_keys=True, default=str)
            found.append([each.get("urn"), each.get("op"), hashlib.sha256(written.encode()).hexdigest()])
        options = _options(each)
        if options:
            found.append([each.get("urn"), "options", options])
    return sorted(found)


def counts(steps: Iterable[Step]) -> dict[str, int]:
    """How many resources of each operation, those that lose most first."""
    every = [step.op for step in steps]
    return {op: every.count(op) for op in dict.fromkeys((*ORDER, *every)) if op in every}


def elsewhere(steps: Iterable[Step], entries: Sequence[Entry]) -> list[Step]:
    """The steps that no plan of a database describes."""
    changed = {f"{entry.component}-{row.object}" for entry in entries for row in entry.changes}
    adopted = {f"{entry.component}-{name}" for entry in entries if entry.read for name in entry.objects}
    waiting = {f"{entry.component}-{name}" for entry in entries if not entry.read for name in entry.objects}
    own = {f"{entry.component}-{word}" for entry in entries for word in ("plan", "ready")}

    def described(step: Step) -> bool:
        if not step.type.startswith(_DYNAMIC):
            return False
        name = _object(step, entries)
        if step.op == "create":
            return step.name in own or name in adopted | waiting
        return step.op == "update" and name in changed

    return [step for step in steps if not described(step)]


def adopted(steps: Iterable[Step], entry: Entry) -> list[str]:
    """Objects that a stack takes over as they are: created for the engine, and nothing differs in the database."""
    changed = {row.object for row in entry.changes}
    made = {_object(step, [entry]) for step in steps if step.op == "create" and step.type.startswith(_DYNAMIC)}
    return [name for name in entry.objects if f"{entry.component}-{name}" in made and name not in changed]


def _object(step: Step, entries: Sequence[Entry]) -> str:
    """``component-kind:key`` of an object's resource, whose name is ``component-key``."""
    kind = re.sub(r"(?<!^)(?=[A-Z])", "_", step.type.removeprefix(_DYNAMIC)).lower()
    for entry in entries:
        if step.name.startswith(f"{entry.component}-"):
            name = f"{kind}:{step.name.removeprefix(f'{entry.component}-')}"
            if name in entry.objects:
                return f"{entry.component}-{name}"
    return ""


def _type(urn: str) -> str:
    return urn.split("::")[2].rpartition("$")[2] if urn.count("::") >= 3 else ""


def _roots(paths: Iterable[Any]) -> set[str]:
    """The properties at the top of paths such as ``envs[0].name``."""
    return {str(path).split(".")[0].split("[")[0] for path in paths} - set(_HIDDEN)


def _options(step: Mapping[str, Any]) -> list[str]:
    """What protects a resource and changes: for the engine it stays the same, for its owner it does not."""
    old, new = step.get("oldState") or {}, step.get("newState") or {}
    if not old or not new or step.get("op") == "refresh":
        return []
    return [
        f"{name} {'on' if new.get(name) else 'off'}"
        for name in ("protect", "retainOnDelete")
        if bool(old.get(name)) != bool(new.get(name))
    ]


def _properties(step: Mapping[str, Any]) -> set[str]:
    """The names of the inputs that differ: the provider's own words, else a comparison."""
    said = step.get("detailedDiff") or step.get("diffReasons") or ()
    if said:
        return _roots(said)
    ends = [(step.get(end) or {}).get("inputs") or {} for end in ("oldState", "newState")]
    if not all(ends) or str(step.get("op")) == "create":
        return set()
    return {key for key in {*ends[0], *ends[1]} if ends[0].get(key) != ends[1].get(key)} - set(_HIDDEN)
