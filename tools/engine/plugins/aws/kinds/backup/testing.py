"""aws.backup.RestoreTestingPlan and RestoreTestingSelection; moto has neither, the server adds them."""

from __future__ import annotations

from typing import ClassVar

from tools.engine.common.values import Props
from tools.engine.plugins.aws.errors import gone_is_fine
from tools.engine.plugins.aws.fields import Fields, Many, One, from_wire, only, same, to_wire
from tools.engine.plugins.aws.kind import Kind

GONE = "ResourceNotFoundException"
CHOICE = same("algorithm", "excludeVaults", "includeVaults", "recoveryPointTypes", "selectionWindowDays")
PLAN: Fields = {
    **same("scheduleExpression", "scheduleExpressionTimezone", "startWindowHours"),
    "name": "RestoreTestingPlanName",
    "recoveryPointSelection": One("RecoveryPointSelection", CHOICE),
}


class RestoreTestingPlan(Kind):
    """When recovery points are restored for a test, and which."""

    pulumi_type: ClassVar = "aws:backup/restoreTestingPlan:RestoreTestingPlan"
    supported: ClassVar = frozenset(PLAN)
    renews: ClassVar = frozenset({"name"})
    name: ClassVar = "name"
    tagging: ClassVar = "backup"

    def create(self, inputs: Props, region: str) -> str:
        self.aws.client("backup", region).create_restore_testing_plan(
            RestoreTestingPlan=to_wire(PLAN, only(inputs, PLAN)), Tags=inputs["tags"]
        )
        return str(inputs["name"])

    def read(self, identifier: str, declared: Props, region: str) -> Props | None:
        client = self.aws.client("backup", region)
        try:
            live = client.get_restore_testing_plan(RestoreTestingPlanName=identifier)["RestoreTestingPlan"]
        except client.exceptions.ResourceNotFoundException:
            return None
        return {**from_wire(PLAN, live), "arn": live["RestoreTestingPlanArn"]}

    def tagged(self, identifier: str, outputs: Props) -> tuple[str, dict[str, str]]:
        return str(outputs["arn"]), {}

    def update(self, identifier: str, new: Props, old: Props, changed: frozenset[str], region: str) -> None:
        wanted = to_wire(PLAN, only(new, PLAN))
        del wanted["RestoreTestingPlanName"]
        self.aws.client("backup", region).update_restore_testing_plan(
            RestoreTestingPlanName=identifier, RestoreTestingPlan=wanted
        )

    def delete(self, identifier: str, outputs: Props, region: str) -> None:
        with gone_is_fine(GONE):
            self.aws.client("backup", region).delete_restore_testing_plan(RestoreTestingPlanName=identifier)


CONDITION = {"key": "Key", "value": "Value"}
SELECTION: Fields = {
    **same("iamRoleArn", "protectedResourceArns", "protectedResourceType", "restoreMetadataOverrides"),
    **same("validationWindowHours"),
    "name": "RestoreTestingSelectionName",
    "protectedResourceConditions": One(
        "ProtectedResourceConditions",
        {
            "stringEquals": Many("StringEquals", CONDITION),
            "stringNotEquals": Many("StringNotEquals", CONDITION),
        },
    ),
}


class RestoreTestingSelection(Kind):
    """What a test restores; the id is `plan:selection`."""

    pulumi_type: ClassVar = "aws:backup/restoreTestingSelection:RestoreTestingSelection"
    supported: ClassVar = frozenset(SELECTION) | {"restoreTestingPlanName"}
    renews: ClassVar = frozenset({"name", "protectedResourceType", "restoreTestingPlanName"})
    name: ClassVar = "name"

    def create(self, inputs: Props, region: str) -> str:
        plan = inputs["restoreTestingPlanName"]
        self.aws.client("backup", region).create_restore_testing_selection(
            RestoreTestingPlanName=plan, RestoreTestingSelection=to_wire(SELECTION, only(inputs, SELECTION))
        )
        return f"{plan}:{inputs['name']}"

    def read(self, identifier: str, declared: Props, region: str) -> Props | None:
        client = self.aws.client("backup", region)
        plan, _, name = identifier.partition(":")
        try:
            answer = client.get_restore_testing_selection(RestoreTestingPlanName=plan, RestoreTestingSelectionName=name)
        except client.exceptions.ResourceNotFoundException:
            return None
        return {**from_wire(SELECTION, answer["RestoreTestingSelection"]), "restoreTestingPlanName": plan}

    def update(self, identifier: str, new: Props, old: Props, changed: frozenset[str], region: str) -> None:
        plan, _, name = identifier.partition(":")
        wanted = to_wire(SELECTION, only(new, SELECTION))
        del wanted["RestoreTestingSelectionName"], wanted["ProtectedResourceType"]
        self.aws.client("backup", region).update_restore_testing_selection(
            RestoreTestingPlanName=plan, RestoreTestingSelectionName=name, RestoreTestingSelection=wanted
        )

    def delete(self, identifier: str, outputs: Props, region: str) -> None:
        plan, _, name = identifier.partition(":")
        with gone_is_fine(GONE):
            self.aws.client("backup", region).delete_restore_testing_selection(
                RestoreTestingPlanName=plan, RestoreTestingSelectionName=name
            )
