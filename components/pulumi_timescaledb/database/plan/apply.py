"""Converging one declared object: alone on its database, look again, gate again, write in order, look once more."""

from __future__ import annotations

from collections.abc import Mapping

from ...errors import Failed, Refusal
from .. import ledger
from ..declared.composition import Declared
from ..holds import in_force
from ..kind import Change, Part, Step
from ..kinds import KINDS
from ..snapshot import Reader
from . import order, restore_point
from .execute import Execution, execute
from .locks import writing
from .plan import make
from .view import View

ROUNDS = 3  # a rebuild takes its policies with it, so a second round makes them anew
# what may leave a session with another library loaded than the extension now has (loader.c of TimescaleDB), or with
# anything else that a file did in it; nobody uses such a session again
RELOADING = ("extension", "migrations")


def converge(
    reader: Reader, declared: Declared, *, apache_fallback: bool, acknowledged: Mapping[str, str], stack: str = ""
) -> list[str]:
    """Make one object as declared; returns the sentences of what was done, none when nothing differed or it is held.

    stack: who declares it, recorded as the object's owner; "" records nothing.
    """
    name = order.name(declared)
    accepted: frozenset[str] = frozenset()
    reloading = declared.kind in RELOADING
    with writing(reader.connection, keep=not reloading) as writer, reader.sparing() as looks:
        done = Execution(writer, reader.connection, declared.kind, declared.key, None)
        for _ in range(ROUNDS):
            if in_force(looks.snapshot(fresh=True).holds, name):
                return done.sentences
            view = View.of(looks, apache_fallback)
            work = view.work(declared)
            claimed = not stack or view.snapshot.owners.get(name) == stack
            if done.sentences and not work and claimed:
                return done.sentences
            plan = make(
                looks,
                [declared],
                apache_fallback=apache_fallback,
                acknowledged=acknowledged,
                accepted=accepted,
                stack=stack,
                for_people=False,
            )
            if plan.refusals:
                raise Refusal("; ".join(plan.refusals))
            accepted |= plan.accepted  # a code is used up by the first round, and what it was given for is one thing
            if not work and claimed:
                return done.sentences
            done.code = plan.acknowledged.get(name)
            looks.rest()
            try:
                writer.execute(ledger.CREATE)
                if not claimed:
                    writer.execute(ledger.CLAIM, (name, stack))
                point = restore_point.before(writer, plan.changes[name], done.code)
                if point:
                    done.record(point)
                for batch in _batches(work):
                    found = [(part, change, looks.found(part)) for part, change in batch]
                    looks.rest()
                    done.run(found, view.snapshot.capabilities)
                    reader.forget()
            finally:
                if reloading:
                    reader.close()
                reader.forget()
        left = View.of(looks, apache_fallback).work(declared)
        if left:
            raise Failed(
                f"{name} still differs after it was written ({left[0][1].field or left[0][1].kind}); report this"
            )
    return done.sentences


def release(reader: Reader, declared: Declared, *, apache_fallback: bool, stack: str = "") -> list[str]:
    """Stop managing an object: remove the policies and jobs that we made, drop nothing; a held one stays as it is.

    Where another stack has taken the object over meanwhile, nothing of it is ours to remove.
    """
    name = order.name(declared)
    with writing(reader.connection) as writer:
        held = in_force(reader.snapshot(fresh=True).holds, name)
        view = View.of(reader, apache_fallback)
        if view.snapshot.owners.get(name, stack) != stack:
            return []
        steps: list[tuple[Part, Step]] = []
        for part in view.edition.parts(declared):
            live = view.snapshot.get(part.kind, part.key)
            made = {name for kind, name in view.snapshot.made if kind == part.kind}
            found = live and KINDS[part.kind].ours(part, live, made)
            if held or found is None:
                continue
            for change in KINDS[part.kind].release(part.key, found.value):
                for step in KINDS[part.kind].statements(change, None, found, view.snapshot.capabilities):
                    steps.append((part, step))
        with writer.transaction():
            for part, step in steps:
                execute(writer, reader.connection, step)
                for gone in (part.key, *step.unmade):
                    writer.execute(ledger.UNMADE, (part.kind, gone))
                writer.execute(ledger.RECORD, (declared.kind, declared.key, step.sentence, None))
            if name in view.snapshot.owners:
                writer.execute(ledger.DISCLAIM, (name,))
    reader.forget()
    return [step.sentence for _, step in steps]


def _batches(work: list[tuple[Part, Change]]) -> list[list[tuple[Part, Change]]]:
    """What is written in one transaction: all of it, or change by change where the kind wants each alone.

    Nothing comes after a change that renews the object: the next round sees what is left to do on the new one.
    """
    batches: list[list[tuple[Part, Change]]] = []
    for part, change in work:
        if batches and not KINDS[part.kind].alone:
            batches[-1].append((part, change))
        else:
            batches.append([(part, change)])
        if change.renews:
            break
    return batches
