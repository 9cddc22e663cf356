"""From the table to the alarms of one host, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from . import runbook
from .naming import Names
from .row import CRITICAL, WARN, Row
from .subject import Subject
from .table import ROWS


@dataclass(frozen=True)
class Alarm:
    """One metric alarm. name: at AWS. row: its row. severity: warn or critical. threshold: in the row's unit.
    notifies: whether it speaks itself, or a composite speaks for it. recovers: whether it also says when it is over."""

    name: str
    row: Row
    severity: str
    threshold: float
    notifies: bool
    recovers: bool

    def description(self, runbooks: str | None) -> str:
        """What is mailed: the reason, what to look at first, and the runbook where it can be read."""
        return runbook.told(self.row.why, self.row.first, runbooks=runbooks, heading=self.row.name)


@dataclass(frozen=True)
class Composite:
    """An alarm over alarms. which: ``down`` or ``degraded``. says: what it means. first: what to look at first. rule:
    AWS's expression. suppressor: what silences it."""

    which: str
    name: str
    says: str
    first: str
    rule: str
    suppressor: str | None

    def description(self, runbooks: str | None) -> str:
        """What is mailed, as of an alarm."""
        return runbook.told(self.says, self.first, runbooks=runbooks, heading=self.which)


def alarms(subject: Subject, names: Names) -> tuple[Alarm, ...]:
    """The alarms of a host: with the budget ``free`` the critical ones of the ten free rows, else all that apply.

    Where composites speak (budget ``all``), a critical alarm that is part of ``down`` and every warning are silent.
    """
    found = []
    for row in ROWS:
        if subject.mode not in row.modes or not row.applies(subject):
            continue
        for severity, threshold in row.limits(subject).items():
            if subject.budget == "free" and (severity != CRITICAL or subject.mode not in row.free):
                continue
            composed = subject.budget == "all" and (severity == WARN or row.down)
            name = names.alarm(row.name, severity)
            found.append(Alarm(name, row, severity, threshold, not composed, row.down and not composed))
    return tuple(found)


def composites(subject: Subject, made: Sequence[Alarm], names: Names) -> tuple[Composite, ...]:
    """``down`` (somebody is paged) and ``degraded`` (mail, silent while down); none with the budget ``free``."""
    if subject.budget == "free":
        return ()
    down = names.composite("down")
    broken = [each.name for each in made if each.row.down and each.severity == CRITICAL]
    warned = [each.name for each in made if each.severity == WARN]
    return (
        Composite(
            "down",
            down,
            "The database cannot be used.",
            "Follow the one that is in alarm: `up`, `host-gone`, `status-check` or `volume-stalled`.",
            _any_of(broken),
            None,
        ),
        Composite(
            "degraded",
            names.composite("degraded"),
            "Something needs a look before it becomes an outage.",
            "Filter the alarms of CloudWatch by this one's prefix: one or more warnings are in alarm.",
            _any_of(warned),
            down,
        ),
    )


def _any_of(alarms: Sequence[str]) -> str:
    return " OR ".join(f'ALARM("{name}")' for name in alarms)
