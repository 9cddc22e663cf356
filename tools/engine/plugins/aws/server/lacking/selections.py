"""AWS Backup: selections, a plan's update, and no name kept by a deleted plan.  Nothing is backed up."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from tools.engine.plugins.aws.server.patching import add, refuse, wrap


def change() -> None:
    """Make the changes."""
    from moto.backup.models import BackupBackend, backup_backends
    from moto.backup.responses import BackupResponse

    for action, handler in (
        ("create_backup_selection", _create),
        ("get_backup_selection", _get),
        ("list_backup_selections", _list),
        ("delete_backup_selection", _delete),
        ("update_backup_plan", _update),
    ):
        add(BackupResponse, backup_backends, action, handler)

    @wrap(BackupBackend, "delete_backup_plan")
    def delete(old: Callable[..., Any], self: Any, backup_plan_id: str) -> Any:
        if any(plan == backup_plan_id for plan, _ in _all(self)):
            refuse("InvalidRequestException", "Related backup plan selections must be deleted prior to backup plan")
        answer = old(backup_plan_id)
        del self.plans[backup_plan_id]
        return answer

    @wrap(BackupBackend, "delete_backup_vault")
    def delete_vault(old: Callable[..., Any], self: Any, backup_vault_name: str) -> Any:
        if backup_vault_name in self.vaults:
            self.tagger.delete_all_tags_for_resource(self.vaults[backup_vault_name].backup_vault_arn)
        return old(backup_vault_name)


def _all(backend: Any) -> dict[tuple[str, str], dict[str, Any]]:
    found: dict[tuple[str, str], dict[str, Any]] = backend.__dict__.setdefault("selections", {})
    return found


def _create(backend: Any, given: dict[str, Any]) -> dict[str, Any]:
    plan = backend.get_backup_plan(given["BackupPlanId"], None)
    identifier = str(uuid.uuid4())
    selection = dict(given["BackupSelection"])
    _all(backend)[plan.backup_plan_id, identifier] = selection
    return {"BackupPlanId": plan.backup_plan_id, "SelectionId": identifier, "CreationDate": plan.creation_date}


def _get(backend: Any, given: dict[str, Any]) -> dict[str, Any]:
    found = _all(backend).get((given["BackupPlanId"], given["SelectionId"]))
    if found is None:
        refuse("ResourceNotFoundException", "Cannot find the backup selection")
    return {"BackupSelection": found, "BackupPlanId": given["BackupPlanId"], "SelectionId": given["SelectionId"]}


def _list(backend: Any, given: dict[str, Any]) -> dict[str, Any]:
    return {
        "BackupSelectionsList": [
            {"BackupPlanId": plan, "SelectionId": identifier, **each}
            for (plan, identifier), each in _all(backend).items()
            if plan == given["BackupPlanId"]
        ]
    }


def _delete(backend: Any, given: dict[str, Any]) -> None:
    _get(backend, given)
    del _all(backend)[given["BackupPlanId"], given["SelectionId"]]


def _update(backend: Any, given: dict[str, Any]) -> dict[str, Any]:
    from moto.backup.models import Plan

    old = backend.get_backup_plan(given["BackupPlanId"], None)
    new = Plan(dict(given["BackupPlan"]), old.creator_request_id, backend)
    new.backup_plan_id, new.backup_plan_arn, new.creation_date = (
        old.backup_plan_id, old.backup_plan_arn, old.creation_date,
    )  # fmt: skip
    backend.plans[old.backup_plan_id] = new
    return {
        "BackupPlanId": new.backup_plan_id,
        "BackupPlanArn": new.backup_plan_arn,
        "CreationDate": new.creation_date,
        "VersionId": new.version_id,
    }
