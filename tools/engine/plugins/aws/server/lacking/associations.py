"""Systems Manager: associations of documents with instances.  None of them runs."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from tools.engine.plugins.aws.server.patching import add, refuse, wrap


def change() -> None:
    """Make the changes."""
    from moto.ssm.models import SimpleSystemManagerBackend, ssm_backends
    from moto.ssm.responses import SimpleSystemManagerResponse

    for action, handler in (
        ("create_association", _create),
        ("describe_association", _describe),
        ("update_association", _update),
        ("delete_association", _delete),
        ("list_associations", _list),
    ):
        add(SimpleSystemManagerResponse, ssm_backends, action, handler)

    @wrap(SimpleSystemManagerBackend, "_validate_resource_type_and_id")
    def validate(old: Callable[..., Any], self: Any, resource_type: str, resource_id: str) -> Any:
        if resource_type == "Association" and resource_id in _all(self):
            return resource_id
        return old(resource_type, resource_id)


def _all(backend: Any) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = backend.__dict__.setdefault("associations", {})
    return found


def _one(backend: Any, given: dict[str, Any]) -> dict[str, Any]:
    found = _all(backend).get(given.get("AssociationId", ""))
    if found is None:
        refuse("AssociationDoesNotExist", "The specified association does not exist.")
    return found or {}


def _create(backend: Any, given: dict[str, Any]) -> dict[str, Any]:
    name = given["Name"]
    if not name.startswith("AWS-"):
        backend._get_documents(name)
    identifier = str(uuid.uuid4())
    marked = given.pop("Tags", None) or []
    _all(backend)[identifier] = {**given, "AssociationId": identifier, "AssociationVersion": "1"}
    backend.add_tags_to_resource("Association", identifier, {each["Key"]: each["Value"] for each in marked})
    return {"AssociationDescription": _all(backend)[identifier]}


def _describe(backend: Any, given: dict[str, Any]) -> dict[str, Any]:
    return {"AssociationDescription": _one(backend, given)}


def _update(backend: Any, given: dict[str, Any]) -> dict[str, Any]:
    old = _one(backend, given)
    version = str(int(old["AssociationVersion"]) + 1)
    # What an update leaves out is taken away (Systems Manager's API, UpdateAssociation).
    new = {"Name": old["Name"], **given, "AssociationVersion": version}
    _all(backend)[old["AssociationId"]] = new
    return {"AssociationDescription": new}


def _delete(backend: Any, given: dict[str, Any]) -> None:
    del _all(backend)[_one(backend, given)["AssociationId"]]


def _list(backend: Any, given: dict[str, Any]) -> dict[str, Any]:
    return {"Associations": list(_all(backend).values())}
