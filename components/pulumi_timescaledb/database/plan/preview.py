"""What the plan resource says and refuses: every change on its line, every refusal at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...errors import Refusal, TimescaleDBError
from ..capabilities import APACHE, COMMUNITY
from ..declared import COMPOSITIONS, identify
from ..holds import in_force
from ..limits import limits
from ..snapshot import Reader
from . import document, gate, order, origin, render
from .document import Entry
from .plan import Plan, make
from .view import parse

Declarations = Sequence[Mapping[str, Any]]


def show(
    reader: Reader,
    objects: Declarations,
    before: Declarations,
    settings: Mapping[str, Any],
    acknowledged: Mapping[str, str],
) -> Entry:
    """Print the plan and return it with its refusals; ``before`` are the declarations of the last run."""
    plan = _make(reader, objects, settings, acknowledged)
    for changes in plan.changes.values():
        for line in render.lines(changes):
            say(line)
    names = known(objects)
    released = [name for name in known(before) if name not in names]
    notes = [*plan.notes]
    if settings.get("existing_server"):
        for limit in limits(reader.snapshot().capabilities):
            notes.append(f"not manageable on this server: {limit.subject}: {limit.reason}; {limit.instead}")
    for held in plan.held:
        say(f"note: {held.sentence}")
    for note in notes:
        say(f"note: {note}")
    snapshot = reader.snapshot()
    can = snapshot.capabilities
    for name in released:
        rest = (
            "it is held and stays as it is"
            if in_force(snapshot.holds, name)
            else COMPOSITIONS[name.partition(":")[0]].released
        )
        say(f"note: {name} is no longer declared; {rest}")
    return Entry(
        component=str(settings.get("component") or ""),
        objects=tuple(names),
        read=True,
        database=str(reader.connection),
        server=f"PostgreSQL {can.postgres_version}, TimescaleDB {can.timescaledb or 'not created'}, {can.edition}",
        changes=document.rows(plan.changes, origin.parts(before), origin.parts(objects)),
        held=document.held_rows(plan.held),
        released=tuple(released),
        refusals=tuple(map(document.refusal, plan.refusals)),
        notes=tuple(notes),
        acknowledged=tuple(plan.acknowledged),
        identity=f"{can.system_identifier}/{can.database}",
    ).sealed()


def unread(objects: Declarations, settings: Mapping[str, Any], why: str) -> Entry:
    """Say that the database was not looked at, and why; the plan is then the names of what is declared."""
    say(why)
    return Entry(str(settings.get("component") or ""), tuple(known(objects)), unread=why).sealed()


def known(objects: Declarations) -> list[str]:
    """The names of declarations, such as ``hypertable:public.t``, without those that have none yet."""
    names = []
    for each in objects:
        try:
            names.append(order.name(identify(each)))
        except TimescaleDBError:
            continue
    return names


def insist(reader: Reader, objects: Declarations, settings: Mapping[str, Any], acknowledged: Mapping[str, str]) -> None:
    """The same gate when the first deployment reaches the database; raises Refusal before the first write."""
    refusals = _make(reader, objects, settings, acknowledged).refusals
    if refusals:
        raise Refusal("; ".join(refusals))


def _make(reader: Reader, objects: Declarations, settings: Mapping[str, Any], acknowledged: Mapping[str, str]) -> Plan:
    wanted = settings.get("edition")
    if wanted and wanted not in (APACHE, COMMUNITY):
        raise Refusal(f"edition is not one of {APACHE} and {COMMUNITY}; write one of them, or leave it out")
    can = reader.snapshot().capabilities
    if wanted and can.edition not in (wanted, "unknown"):
        raise Refusal(f"edition is {wanted} but {reader.connection} has the {can.edition} edition; change one of them")
    recorded = settings.get("system_identifier")
    if isinstance(recorded, str) and recorded.isdigit() and recorded != can.system_identifier:
        needed = gate.identity(can.database, recorded, can.system_identifier)
        if gate.missing([needed], acknowledged):
            raise Refusal(
                f"{reader.connection} is another server than the one this stack knows (system identifier "
                f"{can.system_identifier}, not {recorded}); mount the right volume, or if it is meant type: "
                f"{needed.line}"
            )
    fallback, stack = bool(settings.get("apache_fallback")), str(settings.get("stack") or "")
    return make(reader, parse(objects), apache_fallback=fallback, acknowledged=acknowledged, stack=stack)


def say(line: str) -> None:
    """A line for people; the engine shows what a provider prints."""
    print(line, flush=True)
