"""What the EC2 types share: look-up by id, and tags at creation."""

from __future__ import annotations

from typing import Any

from tools.engine.common.values import Props
from tools.engine.plugins.aws import tags


def one(client: Any, call: str, path: str, missing: str, **arguments: Any) -> dict[str, Any] | None:
    """The first object a `describe` call answers, or None when there is none.

    Args:
        client: of EC2.
        call: as `describe_volumes`.
        path: where the answer has the objects.
        missing: the error code for an id that does not exist.
    """
    try:
        found = getattr(client, call)(**arguments)[path]
    except client.exceptions.ClientError as error:
        if error.response["Error"]["Code"] != missing:
            raise
        return None
    return dict(found[0]) if found else None


def at_birth(kind: str, inputs: Props) -> dict[str, Any]:
    """The argument that tags an object (`volume`, `instance`, ...) as it is made; empty without tags."""
    given = inputs.get("tags") or {}
    return {"TagSpecifications": [{"ResourceType": kind, "Tags": tags.pairs(given)}]} if given else {}
