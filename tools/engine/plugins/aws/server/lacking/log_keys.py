"""CloudWatch Logs: another key for a log group."""

from __future__ import annotations

from typing import Any

from tools.engine.plugins.aws.server.patching import add, refuse


def change() -> None:
    """Make the changes."""
    from moto.logs.models import logs_backends
    from moto.logs.responses import LogsResponse

    add(LogsResponse, logs_backends, "associate_kms_key", _associate)
    add(LogsResponse, logs_backends, "disassociate_kms_key", _associate)


def _associate(backend: Any, given: dict[str, Any]) -> None:
    group = backend.groups.get(given["logGroupName"])
    if group is None:
        refuse("ResourceNotFoundException", "The specified log group does not exist.")
    else:
        group.kms_key_id = given.get("kmsKeyId")
