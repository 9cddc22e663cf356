"""What the plan resource says and refuses: every change on its line, every refusal at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...errors import Refusal
from ..declared import identify
from ..limits import limits
from ..snapshot import Reader
from . import gate, order, render
from .plan import Plan, make
from .view import parse

Declarations = Sequence[Mapping[str, Any]]


def show(
    reader: Reader,
    objects: Declarations,
    before: Declarations,
    settings: Mapping[str, Any],
    acknowledged: Mapping[str, str],
) -> list[str]:
    """Print the plan and return its refusals; ``before`` are the declarations of the last run."""
    plan = _make(reader, objects, settings, acknowledged)
    for changes in plan.changes.values():
        for line in render.lines(changes):
            say(line)
    for note in plan.notes:
        say(f"note: {note}")
    if settings.get("existing_server"):
        for limit in limits(reader.snapshot().capabilities):
            say(f"note: not manageable on this server: {limit.subject}: {limit.reason}; {limit.instead}")
    declared = {order.name(identify(each)) for each in objects}
    for each in before:
        name = order.name(identify(each))
        if name not in declared:
            say(f"note: {name} is no longer declared; it stays with its rows, only policies made here are removed")
    return list(plan.refusals)


def insist(reader: Reader, objects: Declarations, settings: Mapping[str, Any], acknowledged: Mapping[str, str]) -> None:
    """The same gate when the first deployment reaches the database; raises Refusal before the first write."""
    refusals = _make(reader, objects, settings, acknowledged).refusals
    if refusals:
        raise Refusal("; ".join(refusals))


def _make(reader: Reader, objects: Declarations, settings: Mapping[str, Any], acknowledged: Mapping[str, str]) -> Plan:
    can = reader.snapshot().capabilities
    wanted = settings.get("edition")
    if wanted and can.edition not in (wanted, "unknown"):
        raise Refusal(f"edition is {wanted} but {reader.connection} has the {can.edition} edition; change one of them")
    recorded = settings.get("system_identifier")
    if isinstance(recorded, str) and recorded.isdigit() and recorded != can.system_identifier:
        needed = gate.identity(can.database, recorded, can.system_identifier)
        if gate.missing([needed], acknowledged):
            raise Refusal(
                f"{reader.connection} is another server than the one this stack knows (system identifier "
                f"{can.system_identifier}, not {recorded}); mount the right volume, or if it is meant type: "
                f"{gate.line(needed)}"
            )
    fallback, stack = bool(settings.get("apache_fallback")), str(settings.get("stack") or "")
    return make(reader, parse(objects), apache_fallback=fallback, acknowledged=acknowledged, stack=stack)


def say(line: str) -> None:
    """A line for people; the engine shows what a provider prints."""
    print(line, flush=True)
