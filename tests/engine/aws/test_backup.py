"""Vault, plan, selection, lock, restore tests, key: up, quiet, changes, drift, an end without rests.

Nothing is backed up or restored here; what the types become on AWS is not proved.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.engine.aws.stage import Spec, Stage
from tests.engine.aws.test_group import ASSUME

pytestmark = pytest.mark.sample("aws", of="types", count=3)


def plan(**changes: Any) -> Spec:
    """A daily plan that keeps for 35 days."""
    rule: dict[str, Any] = {
        "rule_name": "daily",
        "target_vault_name": {"of": "vault.name"},
        "schedule": "cron(0 3 * * ? *)",
        "start_window": 60,
        "completion_window": 180,
        "lifecycle": {"delete_after": 35},
    }
    return ("backup.Plan", "plan", {"rules": [{**rule, **changes}], "tags": {"a": "b"}})


def everything(**changes: Any) -> list[Spec]:
    """All types of this file."""
    role = {"of": "role.arn"}
    tagged = [{"type": "STRINGEQUALS", "key": "backup", "value": "db"}]
    choice = {"algorithm": "LATEST_WITHIN_WINDOW", "include_vaults": ["*"], "recovery_point_types": ["SNAPSHOT"]}
    return [
        ("iam.Role", "role", {"assume_role_policy": json.dumps(ASSUME)}),
        ("kms.Key", "key", {"description": "vault", "enable_key_rotation": True, "tags": {"a": "b"}}),
        ("kms.Alias", "alias", {"name": "alias/vault", "target_key_id": {"of": "key.key_id"}}),
        ("backup.Vault", "vault", {"kms_key_arn": {"of": "key.arn"}, "tags": {"a": "b"}}),
        (
            "backup.VaultLockConfiguration",
            "lock",
            {"backup_vault_name": {"of": "vault.name"}, "min_retention_days": 1, "max_retention_days": 400},
        ),
        plan(**changes),
        (
            "backup.Selection",
            "selection",
            {"plan_id": {"of": "plan.id"}, "iam_role_arn": role, "selection_tags": tagged, "name": "volumes"},
        ),
        (
            "backup.RestoreTestingPlan",
            "testing",
            {
                "name": "monthly",
                "schedule_expression": "cron(0 5 1 * ? *)",
                "start_window_hours": 24,
                "recovery_point_selection": {**choice, "selection_window_days": 30},
                "tags": {"a": "b"},
            },
        ),
        (
            "backup.RestoreTestingSelection",
            "tested",
            {
                "name": "volumes",
                "restore_testing_plan_name": {"of": "testing.name"},
                "protected_resource_type": "EBS",
                "iam_role_arn": role,
                "protected_resource_arns": ["*"],
                "protected_resource_conditions": {"string_equals": [{"key": "aws:ResourceTag/backup", "value": "db"}]},
                "validation_window_hours": 4,
            },
        ),
    ]


def test_backups_come_up_stay_quiet_change_and_go(stage: Stage) -> None:
    stage.declare(*everything())
    stage.up()
    stage.quiet()
    stage.declare(*everything(lifecycle={"delete_after": 14}))
    assert stage.steps() == {"plan": "update"}
    assert stage.changed("plan") == {"rules[0].lifecycle.deleteAfter"}
    stage.up()
    stage.quiet()
    backup, ids = stage.client("backup"), stage.stack.outputs()
    live = backup.get_backup_plan(BackupPlanId=ids["plan"])["BackupPlan"]
    assert live["Rules"][0]["Lifecycle"] == {"DeleteAfterDays": 14}
    listed = backup.list_backup_selections(BackupPlanId=ids["plan"])["BackupSelectionsList"]
    assert [each["SelectionName"] for each in listed] == ["volumes"]
    stage.destroy()
    assert backup.list_backup_vaults()["BackupVaultList"] == []
    assert backup.list_backup_plans()["BackupPlansList"] == []
    assert backup.list_restore_testing_plans()["RestoreTestingPlans"] == []
    aliases = [each["AliasName"] for each in stage.client("kms").list_aliases()["Aliases"]]
    assert "alias/vault" not in aliases


def test_what_somebody_removed_or_changed_is_shown_and_repaired(stage: Stage) -> None:
    stage.declare(*everything())
    stage.up()
    backup, ids = stage.client("backup"), stage.stack.outputs()
    plan_id, _, selection = ids["selection"].partition("|")
    backup.delete_backup_selection(BackupPlanId=plan_id, SelectionId=selection)
    backup.delete_backup_vault_lock_configuration(BackupVaultName=ids["vault"])
    backup.update_restore_testing_plan(
        RestoreTestingPlanName="monthly", RestoreTestingPlan={"ScheduleExpression": "cron(0 5 1 1 ? *)"}
    )
    stage.client("kms").disable_key_rotation(KeyId=ids["key"])
    assert stage.steps() == {"selection": "create", "lock": "create", "testing": "update", "key": "update"}
    stage.up()
    stage.quiet()
    assert backup.describe_backup_vault(BackupVaultName=ids["vault"])["Locked"] is True


def test_another_selection_replaces_the_old_one(stage: Stage) -> None:
    stage.declare(*everything())
    stage.up()
    changed = everything()
    changed[6][2]["selection_tags"] = [{"type": "STRINGEQUALS", "key": "backup", "value": "other"}]
    stage.declare(*changed)
    assert "replace" in stage.steps()["selection"]
    stage.up()
    stage.quiet()
