"""CloudWatch: composite alarms; the state of a new alarm; no tags left by a deleted one."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tools.engine.plugins.aws.server.patching import add, refuse, wrap

_SUPPRESSOR = {
    "ActionsSuppressor": "actions_suppressor",
    "ActionsSuppressorWaitPeriod": "actions_suppressor_wait_period",
    "ActionsSuppressorExtensionPeriod": "actions_suppressor_extension_period",
}

_NAMED = re.compile(r'(?:ALARM|OK|INSUFFICIENT_DATA)\(\s*"?([^")]+?)"?\s*\)')
_REST = re.compile(r"(?:TRUE|FALSE|AND|OR|NOT|[\s()])*")


def change() -> None:
    """Make the changes."""
    from moto.cloudwatch.models import CloudWatchBackend, cloudwatch_backends
    from moto.cloudwatch.responses import CloudWatchResponse

    add(CloudWatchResponse, cloudwatch_backends, "put_composite_alarm", _put)

    @wrap(CloudWatchBackend, "put_metric_alarm")
    def put(old: Callable[..., Any], self: Any, name: str, *arguments: Any, **named: Any) -> Any:
        _periods(named.get("period"), named.get("evaluation_periods"))
        before = self.alarms.get(name)
        made = old(name, *arguments, **named)
        made.state_value = before.state_value if before else "INSUFFICIENT_DATA"
        return made

    @wrap(CloudWatchBackend, "delete_alarms")
    def delete(old: Callable[..., Any], self: Any, alarm_names: list[str]) -> None:
        _spoken_for(self, alarm_names)
        for name in alarm_names:
            if name in self.alarms:
                self.tagger.delete_all_tags_for_resource(self.alarms[name].alarm_arn)
        old(alarm_names)


def _put(backend: Any, given: dict[str, Any]) -> None:
    waiting = "ActionsSuppressorWaitPeriod" in given and "ActionsSuppressorExtensionPeriod" in given
    if "ActionsSuppressor" in given and not waiting:
        refuse("ValidationError", "ActionsSuppressor needs a wait period and an extension period")
    _known(backend, given["AlarmRule"], given.get("ActionsSuppressor"))
    alarm = backend.put_metric_alarm(
        name=given["AlarmName"],
        namespace=None,
        metric_name=None,
        comparison_operator=None,
        evaluation_periods=None,
        period=None,
        threshold=None,
        statistic=None,
        description=given.get("AlarmDescription"),
        dimensions=[],
        alarm_actions=given.get("AlarmActions") or [],
        ok_actions=given.get("OKActions"),
        insufficient_data_actions=given.get("InsufficientDataActions"),
        actions_enabled=given.get("ActionsEnabled", True),
        rule=given["AlarmRule"],
        tags=given.get("Tags"),
    )
    for wire, attribute in _SUPPRESSOR.items():
        setattr(alarm, attribute, given.get(wire))


def _periods(period: Any, count: Any) -> None:
    """Refuse what PutMetricAlarm's reference does not admit: odd periods, and too long a look back."""
    if not period:
        return
    seconds = int(period)
    if seconds not in (10, 20, 30) and seconds % 60:
        refuse("ValidationError", f"Period {seconds} is neither 10, 20 or 30 nor a multiple of 60")
    longest = 86_400 if seconds < 3600 else 604_800
    if seconds * int(count or 1) > longest:
        refuse("ValidationError", f"Metrics cannot be checked across more than {longest} seconds")


def _known(backend: Any, rule: str, suppressor: str | None) -> None:
    """Refuse a rule that cannot be read, and one that names an alarm which is not there."""
    rest = _NAMED.sub("TRUE", rule)
    if not _REST.fullmatch(rest) or rest.count("(") != rest.count(")"):
        refuse("ValidationError", f"AlarmRule cannot be read: {rule}")
    named = [*_NAMED.findall(rule), *([suppressor] if suppressor else [])]
    missing = sorted({name for name in named if name.rpartition(":")[2] not in backend.alarms})
    if missing:
        refuse("ValidationError", f"Could not save the composite alarm as alarms {missing} do not exist")


def _spoken_for(backend: Any, names: list[str]) -> None:
    """Refuse to delete an alarm that a composite names which stays."""
    for each in backend.alarms.values():
        if each.rule and each.name not in names:
            named = {*_NAMED.findall(each.rule), getattr(each, "actions_suppressor", None)}
            used = sorted(named & set(names))
            if used:
                refuse("ValidationError", f"Cannot delete {used[0]}: the composite alarm {each.name} depends on it")
