"""The AWS half of ``tsdb verify``: the wiring."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone

from ....errors import TimescaleDBError
from ....settings import Settings
from ... import report
from ...aws import stack as stacks
from ...aws.clients import Clients, asking
from . import ask, judge
from .judge import Row

CONTAINER = "timescaledb"
"""What the boot program calls it."""


def rows(clients: Clients, wanted: Settings, topic: str, *, test_alarm: bool, poll: float = 2.0) -> list[Row]:
    """Every row; what AWS refuses or a host does not answer is a row that is not good, what is not asked is neither.

    Args:
        clients: of the stack's region.
        wanted: its settings.
        topic: the output ``alarm_sns_topic_arn``, empty for none.
        test_alarm: whether one alarm is set off; somebody gets a mail. Else its row says how to ask.
        poll: seconds between two questions.
    """
    now, prefix = datetime.now(timezone.utc), stacks.prefix(wanted)
    days, kind = wanted.ec2.backup_days, wanted.ec2.alarms
    alarms: list[judge.Alarm] = []

    def look_at_alarms() -> Row:
        if kind != "none":
            alarms.extend(ask.alarms(clients, prefix, now))
        return judge.alarms(alarms, kind)

    def look_at_points() -> Row:
        return judge.recovery_point(ask.points(clients, stacks.vault(wanted)) if days else [], days, now)

    found = [_row("newest recovery point", look_at_points), _row("alarms have data", look_at_alarms)]
    if topic:
        found.append(_row("subscription confirmed", lambda: judge.subscription(ask.subscriptions(clients, topic))))
        found.append(_row("test alarm", lambda: _test(clients, alarms, test_alarm, poll)))
    host: list[str] = []
    found.append(_row("host", lambda: ("host", True, _first(host, ask.instance(clients, wanted.name)))))
    if host:
        found.append(_row("session opens", lambda: judge.session(*ask.session(clients, host[0]))))
        found.append(
            _row("container running", lambda: judge.container(ask.container(clients, host[0], CONTAINER, poll)))
        )
    return found


def _row(name: str, question: Callable[[], Row]) -> Row:
    try:
        with report.progress(f"asking AWS: {name}"), asking(f"for {name}"):
            return question()
    except TimescaleDBError as error:
        return name, False, str(error)


def _first(kept: list[str], value: str) -> str:
    kept.append(value)
    return value


def _test(clients: Clients, alarms: list[judge.Alarm], wanted: bool, poll: float) -> Row:
    if not wanted:
        return judge.not_tested()
    chosen = judge.to_test(alarms)
    if chosen is None:
        return "test alarm", False, "no alarm is calm and tells somebody; look at those that speak"
    told = ask.set_off(clients, chosen.name, poll)
    words = "told the topic; only its reader knows whether it arrived" if told else "the topic was not told"
    return "test alarm", told, f"{chosen.name}: {words}"
