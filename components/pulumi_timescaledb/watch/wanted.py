"""The arguments of the watching components, checked; plain values alone."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..hosts import arguments as check
from ..server import BadValue
from . import runbook
from .alarm import Alarm, Composite, alarms, composites
from .events import Event, events
from .metrics import SPOT
from .naming import Names, names
from .subject import Subject, subject
from .topic import email, topic_arn

# arguments that decide which resources there are: they cannot wait for a deployment
PLAIN = (
    "prefix",
    "market",
    "instance_type",
    "storage_gb",
    "budget",
    "file_system",
    "archive_seconds",
    "backups",
    "unlimited_credits",
    "runbooks",
    "log_days",
)
# PutRetentionPolicy of CloudWatch Logs
LOG_DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)
_VOLUME = re.compile(r"vol-[0-9a-f]{8,17}")


@dataclass(frozen=True)
class Watched:
    """What follows from plain arguments."""

    subject: Subject
    names: Names
    alarms: tuple[Alarm, ...]
    composites: tuple[Composite, ...]
    events: tuple[Event, ...]
    runbooks: str | None
    log_days: int


def watched(
    args: Mapping[str, Any], known: Mapping[str, Any], all_names: Collection[str], required: Collection[str]
) -> Watched:
    """Check everything that is plain and work out what is made.

    Args:
        args: as the user gave them. known: those of them whose values are plain now.
        all_names, required: of the component's argument class.

    Raises:
        ArgumentRefused: naming the first argument that cannot be used.
    """
    check.known_names(args, all_names, required)
    for name in PLAIN:
        if name in args and name not in known:
            raise BadValue(name, "is known only after a deployment", "give a plain value; it decides what is made")
    host = subject(known)
    if host.mode == SPOT and args.get("group_name") is None:
        raise BadValue("group_name", "is missing", "give the Auto Scaling group's name, or set market to on-demand")
    if isinstance(known.get("volume_id"), str) and not _VOLUME.fullmatch(known["volume_id"]):
        raise BadValue("volume_id", "is not the id of a volume", "write one such as vol-0123456789abcdef0")
    if known.get("topic_arn") is not None:
        topic_arn(known["topic_arn"])
    _emails(args.get("emails"))
    check.text(known.get("database", "later"), "database", '"lighthouse"')
    named = names(known["prefix"])
    found = alarms(host, named)
    days = check.whole(known.get("log_days", 30), "log_days", 1, LOG_DAYS[-1])
    if days not in LOG_DAYS:
        raise BadValue("log_days", f"is {days}, which CloudWatch Logs does not take", f"choose one of {_listed(days)}")
    return Watched(
        subject=host,
        names=named,
        alarms=found,
        composites=composites(host, found, named),
        events=events(host),
        runbooks=runbook.page(known.get("runbooks")),
        log_days=days,
    )


def _emails(given: Any) -> None:
    if given is None:
        return
    if isinstance(given, str) or not isinstance(given, Sequence):
        raise BadValue("emails", "is not a list", 'write ["name@example.com"]')
    plain = [email(each) for each in given if isinstance(each, (str, int, float, bool)) or each is None]
    twice = sorted({each for each in plain if plain.count(each) > 1})
    if twice:
        raise BadValue("emails", f"holds {twice[0]} twice", "name each address once")


def _listed(days: int) -> str:
    nearest = sorted(LOG_DAYS, key=lambda each: abs(each - days))[:2]
    return " or ".join(str(each) for each in sorted(nearest))
