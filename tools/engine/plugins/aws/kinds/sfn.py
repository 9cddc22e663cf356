"""aws.sfn.StateMachine."""

from __future__ import annotations

from typing import Any, ClassVar

from tools.engine.common.values import Props
from tools.engine.plugins.aws.errors import gone_is_fine
from tools.engine.plugins.aws.fields import only
from tools.engine.plugins.aws.kind import Kind


class StateMachine(Kind):
    """A state machine; the id is its ARN."""

    pulumi_type: ClassVar = "aws:sfn/stateMachine:StateMachine"
    supported: ClassVar = frozenset(
        {"definition", "loggingConfiguration", "name", "publish", "roleArn", "tracingConfiguration", "type"}
    )
    renews: ClassVar = frozenset({"name", "type"})
    defaults: ClassVar = {"publish": False, "type": "STANDARD"}
    unread: ClassVar = frozenset({"publish"})
    documents: ClassVar = frozenset({"definition"})
    name: ClassVar = "name"
    moving: ClassVar = frozenset({"revisionId", "stateMachineVersionArn"})
    tagging: ClassVar = "sfn"

    def create(self, inputs: Props, region: str) -> str:
        marked = [{"key": key, "value": value} for key, value in inputs["tags"].items()]
        made = self.aws.client("stepfunctions", region).create_state_machine(
            name=inputs["name"], type=self.meant(inputs, "type"), tags=marked, **_wanted(inputs)
        )
        return str(made["stateMachineArn"])

    def read(self, identifier: str, declared: Props, region: str) -> Props | None:
        client = self.aws.client("stepfunctions", region)
        try:
            live = client.describe_state_machine(stateMachineArn=identifier)
        except client.exceptions.StateMachineDoesNotExist:
            return None
        logging = live.get("loggingConfiguration") or {}
        targets = [each["cloudWatchLogsLogGroup"]["logGroupArn"] for each in logging.get("destinations", [])]
        shown = {**only(logging, ("includeExecutionData", "level")), "logDestination": targets[0] if targets else None}
        return {
            **only(live, ("definition", "name", "revisionId", "roleArn", "status", "type")),
            "arn": identifier,
            "creationDate": live["creationDate"].isoformat(),
            "loggingConfiguration": shown,
            "tracingConfiguration": live.get("tracingConfiguration"),
        }

    def update(self, identifier: str, new: Props, old: Props, changed: frozenset[str], region: str) -> None:
        self.aws.client("stepfunctions", region).update_state_machine(stateMachineArn=identifier, **_wanted(new))

    def delete(self, identifier: str, outputs: Props, region: str) -> None:
        with gone_is_fine("StateMachineDoesNotExist"):
            self.aws.client("stepfunctions", region).delete_state_machine(stateMachineArn=identifier)


def _wanted(inputs: Props) -> dict[str, Any]:
    wanted: dict[str, Any] = only(inputs, ("definition", "roleArn", "tracingConfiguration"))
    logging = inputs.get("loggingConfiguration")
    if logging:
        wanted["loggingConfiguration"] = only(logging, ("includeExecutionData", "level"))
        if logging.get("logDestination"):
            group = {"cloudWatchLogsLogGroup": {"logGroupArn": logging["logDestination"]}}
            wanted["loggingConfiguration"]["destinations"] = [group]
    return wanted


KINDS: tuple[type[Kind], ...] = (StateMachine,)
