"""The inputs of the dynamic resources: an envelope that every one has, and the declaration itself beside it."""

from collections.abc import Mapping, Sequence
from typing import Any

from pulumi.output import Unknown
from pulumi.runtime.rpc import UNKNOWN

ENVELOPE = ("kind", "connection", "apache_fallback", "system_identifier", "stack")
DECLARED = "declared"  # an output: the declaration in its normal form, so that a refresh knows what to ask for
PROVIDER = "__provider"
PLAN, READY = "plan", "database_ready"


def common(connection: Any, apache_fallback: bool, system_identifier: Any, stack: str) -> dict[str, Any]:
    """What the plan and every object are sent beside their own; in a program some of it is known only later.

    stack: who declares them, as ``organization/project/stack``.
    """
    return {
        "connection": connection,
        "apache_fallback": apache_fallback,
        "stack": stack,
        "system_identifier": system_identifier,
    }


def plan_of(
    shared: Mapping[str, Any],
    objects: Sequence[Mapping[str, Any]],
    *,
    component: str,
    edition: str,
    existing_server: bool,
) -> dict[str, Any]:
    """The inputs of the plan resource; with existing_server its preview lists what cannot be managed there."""
    own = {"component": component, "edition": edition, "existing_server": existing_server, "objects": list(objects)}
    return {"kind": PLAN, **shared, **own}


def unknown(value: Any) -> bool:
    """Whether a value is, or holds, one that a preview does not know yet."""
    if isinstance(value, Unknown) or value == UNKNOWN:
        return True
    if isinstance(value, Mapping):
        return any(unknown(each) for each in value.values())
    if isinstance(value, (list, tuple)):
        return any(unknown(each) for each in value)
    return False


def declaration(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The declaration in a resource's inputs or outputs, without the envelope."""
    hidden = (*ENVELOPE[1:], DECLARED, PROVIDER)
    return {key: value for key, value in inputs.items() if key not in hidden}


def envelope(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The envelope of a resource's inputs or outputs."""
    return {key: inputs[key] for key in ENVELOPE if key in inputs}
