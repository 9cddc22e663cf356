"""Converging one declared object: alone on its database, look again, gate again, write in order, look once more."""

from __future__ import annotations

from collections.abc import Mapping

from ...errors import Failed, Refusal
from .. import ledger
from ..declared.composition import Declared
from ..kind import Part, Step
from ..kinds import KINDS
from ..snapshot import Reader
from . import order, restore_point
from .execute import Execution, execute
from .locks import writing
from .plan import make
from .view import View

ROUNDS = 3  # a rebuild takes its policies with it, so a second round makes them anew


def converge(
    reader: Reader, declared: Declared, *, apache_fallback: bool, acknowledged: Mapping[str, str], stack: str = ""
) -> list[str]:
    """Make one object as declared; returns the sentences of what was done, none when nothing differed.

    stack: who declares it, recorded as the object's owner; "" records nothing.
    """
    name = order.name(declared)
    with writing(reader.connection) as writer:
        done = Execution(writer, reader.connection, declared.kind, declared.key, None)
        for _ in range(ROUNDS):
            reader.snapshot(fresh=True)
            plan = make(reader, [declared], apache_fallback=apache_fallback, acknowledged=acknowledged, stack=stack)
            if plan.refusals:
                raise Refusal("; ".join(plan.refusals))
            view = View.of(reader, apache_fallback)
            work = [(part, change, reader.found(part)) for part, change in view.work(declared)]
            claimed = not stack or view.snapshot.owners.get(name) == stack
            if not work and claimed:
                return done.sentences
            done.code = plan.acknowledged.get(name)
            try:
                writer.execute(ledger.CREATE)
                if not claimed:
                    writer.execute(ledger.CLAIM, (name, stack))
                point = restore_point.before(writer, plan.changes[name], done.code)
                if point:
                    done.record(point)
                done.run(work, view.snapshot.capabilities)
            finally:
                reader.forget()
        left = View.of(reader, apache_fallback).work(declared)
        if left:
            raise Failed(
                f"{name} still differs after it was written ({left[0][1].field or left[0][1].kind}); report this"
            )
    return done.sentences


def release(reader: Reader, declared: Declared, *, apache_fallback: bool, stack: str = "") -> list[str]:
    """Stop managing an object: remove the policies and jobs that we made, drop nothing.

    Where another stack has taken the object over meanwhile, nothing of it is ours to remove.
    """
    name = order.name(declared)
    with writing(reader.connection) as writer:
        reader.snapshot(fresh=True)
        view = View.of(reader, apache_fallback)
        if view.snapshot.owners.get(name, stack) != stack:
            return []
        steps: list[tuple[Part, Step]] = []
        for part in view.edition.parts(declared):
            found = view.snapshot.get(part.kind, part.key)
            if found is None or (part.kind, part.key) not in view.snapshot.made:
                continue
            for change in KINDS[part.kind].release(part.key, found.value):
                for step in KINDS[part.kind].statements(change, None, found, view.snapshot.capabilities):
                    steps.append((part, step))
        with writer.transaction():
            for part, step in steps:
                execute(writer, reader.connection, step)
                writer.execute(ledger.UNMADE, (part.kind, part.key))
                writer.execute(ledger.RECORD, (part.kind, part.key, step.sentence, None))
            if name in view.snapshot.owners:
                writer.execute(ledger.DISCLAIM, (name,))
    reader.forget()
    return [step.sentence for _, step in steps]
