"""aws.backup.Plan and Selection."""

from __future__ import annotations

from typing import Any, ClassVar

from tools.engine.common.values import Props
from tools.engine.plugins.aws.errors import gone_is_fine
from tools.engine.plugins.aws.fields import Fields, Many, One, from_wire, only, same, to_wire
from tools.engine.plugins.aws.kind import Kind

LIFECYCLE: Fields = {
    "coldStorageAfter": "MoveToColdStorageAfterDays",
    "deleteAfter": "DeleteAfterDays",
    "optInToArchiveForSupportedResources": "OptInToArchiveForSupportedResources",
}
COPY: Fields = {"destinationVaultArn": "DestinationBackupVaultArn", "lifecycle": One("Lifecycle", LIFECYCLE)}
RULE: Fields = {
    **same("enableContinuousBackup", "recoveryPointTags", "ruleName", "scheduleExpressionTimezone"),
    "completionWindow": "CompletionWindowMinutes",
    "copyActions": Many("CopyActions", COPY),
    "lifecycle": One("Lifecycle", LIFECYCLE),
    "schedule": "ScheduleExpression",
    "startWindow": "StartWindowMinutes",
    "targetVaultName": "TargetBackupVaultName",
}
PLAN: Fields = {
    "name": "BackupPlanName",
    "rules": Many("Rules", RULE),
    "advancedBackupSettings": Many("AdvancedBackupSettings", same("backupOptions", "resourceType")),
}
GONE = "ResourceNotFoundException"
SHORTEST_START = 60
"""Minutes of the start window at the least (Backup's API, StartWindowMinutes)."""


class Plan(Kind):
    """A backup plan; its rules change in place, as a new version."""

    pulumi_type: ClassVar = "aws:backup/plan:Plan"
    supported: ClassVar = frozenset(PLAN)
    renews: ClassVar = frozenset({"name"})
    defaults: ClassVar = {"advancedBackupSettings": []}
    name: ClassVar = "name"
    moving: ClassVar = frozenset({"version"})
    tagging: ClassVar = "backup"

    def refusals(self, inputs: Props) -> list[str]:
        windows = [each.get("startWindow") for each in inputs.get("rules") or [] if isinstance(each, dict)]
        return [
            f"Plan: a rule's startWindow is {each} minutes, but must be {SHORTEST_START} at the least"
            for each in windows
            if isinstance(each, int) and each < SHORTEST_START
        ]

    def create(self, inputs: Props, region: str) -> str:
        made = self.aws.client("backup", region).create_backup_plan(
            BackupPlan=to_wire(PLAN, only(inputs, PLAN)), BackupPlanTags=inputs["tags"]
        )
        return str(made["BackupPlanId"])

    def read(self, identifier: str, declared: Props, region: str) -> Props | None:
        client = self.aws.client("backup", region)
        try:
            live = client.get_backup_plan(BackupPlanId=identifier)
        except client.exceptions.ResourceNotFoundException:
            return None
        if live.get("DeletionDate"):
            return None
        return {**from_wire(PLAN, live["BackupPlan"]), "arn": live["BackupPlanArn"], "version": live["VersionId"]}

    def tagged(self, identifier: str, outputs: Props) -> tuple[str, dict[str, str]]:
        return str(outputs["arn"]), {}

    def update(self, identifier: str, new: Props, old: Props, changed: frozenset[str], region: str) -> None:
        self.aws.client("backup", region).update_backup_plan(
            BackupPlanId=identifier, BackupPlan=to_wire(PLAN, only(new, PLAN))
        )

    def delete(self, identifier: str, outputs: Props, region: str) -> None:
        with gone_is_fine(GONE):
            self.aws.client("backup", region).delete_backup_plan(BackupPlanId=identifier)


CONDITION = {"key": "ConditionKey", "value": "ConditionValue"}
CONDITIONS: Fields = {
    "stringEquals": Many("StringEquals", CONDITION),
    "stringLikes": Many("StringLike", CONDITION),
    "stringNotEquals": Many("StringNotEquals", CONDITION),
    "stringNotLikes": Many("StringNotLike", CONDITION),
}
SELECTION: Fields = {
    **same("iamRoleArn", "notResources", "resources"),
    "name": "SelectionName",
    "selectionTags": Many("ListOfTags", {"key": "ConditionKey", "type": "ConditionType", "value": "ConditionValue"}),
}


class Selection(Kind):
    """What a plan backs up; every change makes a new one.  moto has none, the server adds them."""

    pulumi_type: ClassVar = "aws:backup/selection:Selection"
    supported: ClassVar = frozenset(SELECTION) | {"conditions", "planId"}
    renews: ClassVar = supported
    defaults: ClassVar = {"conditions": [], "notResources": [], "resources": [], "selectionTags": []}
    name: ClassVar = "name"

    def create(self, inputs: Props, region: str) -> str:
        wanted: dict[str, Any] = to_wire(SELECTION, only(inputs, SELECTION))
        for each in inputs.get("conditions") or []:
            wanted["Conditions"] = to_wire(CONDITIONS, each)
        made = self.aws.client("backup", region).create_backup_selection(
            BackupPlanId=inputs["planId"], BackupSelection=wanted
        )
        return f"{inputs['planId']}|{made['SelectionId']}"

    def read(self, identifier: str, declared: Props, region: str) -> Props | None:
        client = self.aws.client("backup", region)
        plan, _, selection = identifier.partition("|")
        try:
            live = client.get_backup_selection(BackupPlanId=plan, SelectionId=selection)["BackupSelection"]
        except client.exceptions.ResourceNotFoundException:
            return None
        conditions = live.get("Conditions")
        return {
            **from_wire(SELECTION, live),
            "conditions": [from_wire(CONDITIONS, conditions)] if conditions else [],
            "planId": plan,
        }

    def update(self, identifier: str, new: Props, old: Props, changed: frozenset[str], region: str) -> None:
        """Nothing changes in place."""

    def delete(self, identifier: str, outputs: Props, region: str) -> None:
        plan, _, selection = identifier.partition("|")
        with gone_is_fine(GONE):
            self.aws.client("backup", region).delete_backup_selection(BackupPlanId=plan, SelectionId=selection)
