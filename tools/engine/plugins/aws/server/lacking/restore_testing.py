"""AWS Backup: restore testing plans and their selections.  No test is ever run."""

from __future__ import annotations

import time
from typing import Any

from tools.engine.plugins.aws.server.patching import add, refuse

_PLAN, _SELECTION = "RestoreTestingPlanName", "RestoreTestingSelectionName"


def change() -> None:
    """Make the changes."""
    from moto.backup import urls
    from moto.backup.models import backup_backends
    from moto.backup.responses import BackupResponse

    for action, handler in (
        ("create_restore_testing_plan", _create),
        ("get_restore_testing_plan", _get),
        ("list_restore_testing_plans", _list),
        ("update_restore_testing_plan", _update),
        ("delete_restore_testing_plan", _delete),
        ("create_restore_testing_selection", _select),
        ("get_restore_testing_selection", _selected),
        ("list_restore_testing_selections", _selections),
        ("update_restore_testing_selection", _reselect),
        ("delete_restore_testing_selection", _deselect),
    ):
        add(BackupResponse, backup_backends, action, handler)
    urls.url_paths["{0}/restore-testing/plans/?$"] = BackupResponse.dispatch
    urls.url_paths["{0}/restore-testing/plans/(?P<name>.+)$"] = BackupResponse.dispatch


def _all(backend: Any) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = backend.__dict__.setdefault("restore_testing", {})
    return found


def _one(backend: Any, given: dict[str, Any]) -> dict[str, Any]:
    found = _all(backend).get(given[_PLAN])
    if found is None:
        refuse("ResourceNotFoundException", "The restore testing plan does not exist")
    return found or {}


def _arn(backend: Any, name: str) -> str:
    return f"arn:aws:backup:{backend.region_name}:{backend.account_id}:restore-testing-plan:{name}"


def _create(backend: Any, given: dict[str, Any]) -> dict[str, Any]:
    plan = dict(given["RestoreTestingPlan"])
    name = plan[_PLAN]
    if name in _all(backend):
        refuse("AlreadyExistsException", "A restore testing plan of this name exists")
    plan |= {"RestoreTestingPlanArn": _arn(backend, name), "CreationTime": time.time(), "selections": {}}
    plan.setdefault("StartWindowHours", 24)
    plan.setdefault("ScheduleExpressionTimezone", "Etc/UTC")
    _all(backend)[name] = plan
    if given.get("Tags"):
        backend.tag_resource(plan["RestoreTestingPlanArn"], given["Tags"])
    return plan


def _get(backend: Any, given: dict[str, Any]) -> dict[str, Any]:
    return {"RestoreTestingPlan": _one(backend, given)}


def _list(backend: Any, given: dict[str, Any]) -> dict[str, Any]:
    return {"RestoreTestingPlans": list(_all(backend).values())}


def _update(backend: Any, given: dict[str, Any]) -> dict[str, Any]:
    plan = _one(backend, given)
    plan.update(given["RestoreTestingPlan"])
    return {**plan, "UpdateTime": time.time()}


def _delete(backend: Any, given: dict[str, Any]) -> None:
    plan = _one(backend, given)
    if plan["selections"]:
        refuse("InvalidRequestException", "The plan has selections, which must be deleted first")
    backend.tagger.delete_all_tags_for_resource(plan["RestoreTestingPlanArn"])
    del _all(backend)[given[_PLAN]]


def _select(backend: Any, given: dict[str, Any]) -> dict[str, Any]:
    plan, selection = _one(backend, given), dict(given["RestoreTestingSelection"])
    name = selection[_SELECTION]
    if name in plan["selections"]:
        refuse("AlreadyExistsException", "A selection of this name exists")
    selection |= {_PLAN: given[_PLAN], "CreationTime": time.time()}
    selection.setdefault("ValidationWindowHours", 0)
    plan["selections"][name] = selection
    arn = plan["RestoreTestingPlanArn"]
    return {_PLAN: given[_PLAN], _SELECTION: name, "CreationTime": time.time(), "RestoreTestingPlanArn": arn}


def _selected(backend: Any, given: dict[str, Any]) -> dict[str, Any]:
    found = _one(backend, given)["selections"].get(given[_SELECTION])
    if found is None:
        refuse("ResourceNotFoundException", "The restore testing selection does not exist")
    return {"RestoreTestingSelection": found}


def _selections(backend: Any, given: dict[str, Any]) -> dict[str, Any]:
    return {"RestoreTestingSelections": list(_one(backend, given)["selections"].values())}


def _reselect(backend: Any, given: dict[str, Any]) -> dict[str, Any]:
    found = _selected(backend, given)["RestoreTestingSelection"]
    found.update(given["RestoreTestingSelection"])
    arn = _one(backend, given)["RestoreTestingPlanArn"]
    now = time.time()
    return {**found, "RestoreTestingPlanArn": arn, "UpdateTime": now}


def _deselect(backend: Any, given: dict[str, Any]) -> None:
    _selected(backend, given)
    del _one(backend, given)["selections"][given[_SELECTION]]
