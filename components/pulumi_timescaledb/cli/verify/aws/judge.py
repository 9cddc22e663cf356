"""From AWS's answers to rows; pure. Each row is (what, whether it is good, what was found).

What was not asked is neither good nor short, which is None: a row that cannot fail must not count as good.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

Row = tuple[str, bool | None, str]
FRESH_MINUTES = 15
"""How old the newest value of an alarm's metric may be."""


@dataclass(frozen=True)
class Point:
    """A recovery point. arn: its name. status: as AWS Backup says. bytes: 0 while none are known. made: when."""

    arn: str
    status: str
    bytes: int
    made: datetime


@dataclass(frozen=True)
class Alarm:
    """A metric alarm. values: how many its metric had in the window. actions: whom it tells. ok: whether it is calm."""

    name: str
    values: int = 0
    actions: tuple[str, ...] = ()
    ok: bool = False


def recovery_point(points: Sequence[Point], days: int, now: datetime) -> Row:
    """The newest one is complete and holds something.

    Args:
        points: of the volume's vault.
        days: that backups are kept; 0 where the stack makes none.
        now: the moment, for its age.
    """
    name = "newest recovery point"
    if days == 0:
        return name, True, "the stack declares no backups"
    if not points:
        return name, False, "none yet; the plan makes the first one in the next night"
    newest = max(points, key=lambda each: each.made)
    age = (now - newest.made) / timedelta(hours=1)
    found = f"{newest.arn}, {newest.status}, {newest.bytes} bytes, {age:.0f} h old"
    return name, newest.status == "COMPLETED" and newest.bytes > 0, found


def alarms(found: Sequence[Alarm], wanted: str) -> Row:
    """Every alarm looks at a metric that has values.

    Args:
        found: the alarms of the prefix.
        wanted: the setting ``alarms``.
    """
    name = "alarms have data"
    if wanted == "none":
        return name, True, "the stack declares no alarms"
    if not found:
        return name, False, "no alarm has the stack's prefix"
    silent = sorted(each.name for each in found if not each.values)
    if silent:
        return name, False, f"{len(silent)} of {len(found)} had no data in {FRESH_MINUTES} minutes: {', '.join(silent)}"
    return name, True, f"all {len(found)} in the last {FRESH_MINUTES} minutes"


def subscription(subscriptions: Sequence[str]) -> Row:
    """Somebody is told; subscriptions: their ARNs, or what SNS writes in the place of one."""
    waiting = sum(not each.startswith("arn:") for each in subscriptions)
    found = f"{len(subscriptions) - waiting} confirmed, {waiting} not; open the mail of AWS and confirm it"
    if not subscriptions:
        return "subscription confirmed", False, "nobody is subscribed; set alarm_email, or subscribe to the topic"
    return "subscription confirmed", waiting == 0, found if waiting else f"{len(subscriptions)} confirmed"


def to_test(found: Sequence[Alarm]) -> Alarm | None:
    """The alarm that a test sets off: a calm one that tells somebody."""
    able = [each for each in found if each.ok and each.actions]
    return min(able, key=lambda each: each.name) if able else None


def not_tested() -> Row:
    """No alarm was set off: whether one is told of is not known."""
    return "test alarm", None, "--test-alarm sets one off; everybody who is subscribed gets a mail"


def session(status: str, opened: bool) -> Row:
    """A session opens; status: of the agent, as Systems Manager says, empty where it knows none."""
    found = f"the agent is {status or 'not known to Systems Manager'}" + ("" if opened else "; no session was given")
    return "session opens", opened and status == "Online", found


def container(said: str) -> Row:
    """The container runs; said: ``docker inspect``'s word, or why there is none."""
    return "container running", said == "true", {"true": "yes", "false": "no"}.get(said, said)
