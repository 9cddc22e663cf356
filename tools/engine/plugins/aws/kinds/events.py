"""EventBridge: aws.cloudwatch.EventRule and EventTarget."""

from __future__ import annotations

from typing import Any, ClassVar

from tools.engine.common.values import Props
from tools.engine.plugins.aws.errors import PluginError, gone_is_fine
from tools.engine.plugins.aws.fields import Fields, One, from_wire, only, same, to_wire
from tools.engine.plugins.aws.kind import Kind

RULE = same("description", "eventBusName", "eventPattern", "name", "roleArn", "scheduleExpression", "state")
GONE = "ResourceNotFoundException"


class EventRule(Kind):
    """A rule by pattern or schedule."""

    pulumi_type: ClassVar = "aws:cloudwatch/eventRule:EventRule"
    supported: ClassVar = frozenset(RULE) | {"forceDestroy"}
    renews: ClassVar = frozenset({"eventBusName", "name"})
    defaults: ClassVar = {
        "description": "",
        "eventBusName": "default",
        "eventPattern": "",
        "roleArn": "",
        "scheduleExpression": "",
        "state": "ENABLED",
    }
    unread: ClassVar = frozenset({"forceDestroy"})
    documents: ClassVar = frozenset({"eventPattern"})
    name: ClassVar = "name"
    tagging: ClassVar = "events"

    def refusals(self, inputs: Props) -> list[str]:
        if "eventPattern" in inputs or "scheduleExpression" in inputs:
            return []
        return ["EventRule: eventPattern or scheduleExpression is needed"]

    def create(self, inputs: Props, region: str) -> str:
        marked = [{"Key": key, "Value": value} for key, value in inputs["tags"].items()]
        self.aws.client("events", region).put_rule(**to_wire(RULE, only(inputs, RULE)), Tags=marked)
        bus = self.meant(inputs, "eventBusName")
        return str(inputs["name"]) if bus == "default" else f"{bus}/{inputs['name']}"

    def read(self, identifier: str, declared: Props, region: str) -> Props | None:
        client = self.aws.client("events", region)
        bus, _, name = identifier.rpartition("/")
        try:
            live = client.describe_rule(Name=name, **({"EventBusName": bus} if bus else {}))
        except client.exceptions.ResourceNotFoundException:
            return None
        return {**from_wire(RULE, live), "arn": live["Arn"]}

    def tagged(self, identifier: str, outputs: Props) -> tuple[str, dict[str, str]]:
        return str(outputs["arn"]), {}

    def update(self, identifier: str, new: Props, old: Props, changed: frozenset[str], region: str) -> None:
        self.aws.client("events", region).put_rule(**to_wire(RULE, only(new, RULE)))

    def delete(self, identifier: str, outputs: Props, region: str) -> None:
        bus, _, name = identifier.rpartition("/")
        with gone_is_fine(GONE):
            self.aws.client("events", region).delete_rule(Name=name, **({"EventBusName": bus} if bus else {}))


TARGET: Fields = {
    **same("arn", "input", "inputPath", "roleArn"),
    "targetId": "Id",
    "deadLetterConfig": One("DeadLetterConfig", same("arn")),
    "inputTransformer": One("InputTransformer", {"inputPaths": "InputPathsMap", "inputTemplate": "InputTemplate"}),
    "retryPolicy": One("RetryPolicy", same("maximumEventAgeInSeconds", "maximumRetryAttempts")),
}


class EventTarget(Kind):
    """Where a rule sends its events; the id is `rule-target`."""

    pulumi_type: ClassVar = "aws:cloudwatch/eventTarget:EventTarget"
    supported: ClassVar = frozenset(TARGET) | {"eventBusName", "forceDestroy", "rule"}
    renews: ClassVar = frozenset({"eventBusName", "rule", "targetId"})
    defaults: ClassVar = {
        "deadLetterConfig": None,
        "eventBusName": "default",
        "input": "",
        "inputPath": "",
        "inputTransformer": None,
        "retryPolicy": None,
        "roleArn": "",
    }
    unread: ClassVar = frozenset({"forceDestroy"})
    documents: ClassVar = frozenset({"input"})
    name: ClassVar = "targetId"

    def create(self, inputs: Props, region: str) -> str:
        self._put(inputs, region)
        return f"{inputs['rule']}-{inputs['targetId']}"

    def _put(self, inputs: Props, region: str) -> None:
        target = to_wire(TARGET, only(inputs, TARGET))
        bus = self.meant(inputs, "eventBusName")
        answer = self.aws.client("events", region).put_targets(Rule=inputs["rule"], EventBusName=bus, Targets=[target])
        self._failed(answer)

    def _failed(self, answer: dict[str, Any]) -> None:
        for each in answer.get("FailedEntries") or []:
            raise PluginError(
                f"EventTarget {each.get('TargetId')}: {each.get('ErrorCode')}: {each.get('ErrorMessage')}"
            )

    def read(self, identifier: str, declared: Props, region: str) -> Props | None:
        client = self.aws.client("events", region)
        rule, target = declared.get("rule"), declared.get("targetId")
        if rule is None or target is None:
            rule, _, target = identifier.rpartition("-")
        bus = self.meant(declared, "eventBusName")
        try:
            found = client.list_targets_by_rule(Rule=rule, EventBusName=bus)["Targets"]
        except client.exceptions.ResourceNotFoundException:
            return None
        live = next((each for each in found if each["Id"] == target), None)
        if live is None:
            return None
        return {**from_wire(TARGET, live), "rule": rule, "eventBusName": bus}

    def update(self, identifier: str, new: Props, old: Props, changed: frozenset[str], region: str) -> None:
        self._put(new, region)

    def delete(self, identifier: str, outputs: Props, region: str) -> None:
        bus = self.meant(outputs, "eventBusName")
        client = self.aws.client("events", region)
        with gone_is_fine(GONE):
            client.remove_targets(Rule=outputs["rule"], EventBusName=bus, Ids=[outputs["targetId"]])


KINDS: tuple[type[Kind], ...] = (EventRule, EventTarget)
