"""CloudWatch: composite alarms; the state of a new alarm; no tags left by a deleted one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tools.engine.plugins.aws.server.patching import add, refuse, wrap

_SUPPRESSOR = {
    "ActionsSuppressor": "actions_suppressor",
    "ActionsSuppressorWaitPeriod": "actions_suppressor_wait_period",
    "ActionsSuppressorExtensionPeriod": "actions_suppressor_extension_period",
}


def change() -> None:
    """Make the changes."""
    from moto.cloudwatch.models import CloudWatchBackend, cloudwatch_backends
    from moto.cloudwatch.responses import CloudWatchResponse

    add(CloudWatchResponse, cloudwatch_backends, "put_composite_alarm", _put)

    @wrap(CloudWatchBackend, "put_metric_alarm")
    def put(old: Callable[..., Any], self: Any, name: str, *arguments: Any, **named: Any) -> Any:
        before = self.alarms.get(name)
        made = old(name, *arguments, **named)
        made.state_value = before.state_value if before else "INSUFFICIENT_DATA"
        return made

    @wrap(CloudWatchBackend, "delete_alarms")
    def delete(old: Callable[..., Any], self: Any, alarm_names: list[str]) -> None:
        for name in alarm_names:
            if name in self.alarms:
                self.tagger.delete_all_tags_for_resource(self.alarms[name].alarm_arn)
        old(alarm_names)


def _put(backend: Any, given: dict[str, Any]) -> None:
    waiting = "ActionsSuppressorWaitPeriod" in given and "ActionsSuppressorExtensionPeriod" in given
    if "ActionsSuppressor" in given and not waiting:
        refuse("ValidationError", "ActionsSuppressor needs a wait period and an extension period")
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
