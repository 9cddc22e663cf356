"""The state file: the only place where the command line asks the provider, which alone knows what an ``up`` records."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ...database.capabilities import Capabilities
from ...hosts.managed import spec
from ...provider import recorded

COMPONENT = "timescaledb:managed:Database"


def write(
    project: str, stack: str, name: str, arguments: Mapping[str, Any], objects: Sequence[Mapping[str, Any]],
    can: Capabilities, *, apache_fallback: bool,
) -> str:  # fmt: skip
    """The text of the file; objects: the declarations with their files filled in, as the program sends them."""
    connection = spec.connection(arguments)
    host = recorded.Host(COMPONENT, {"connection": connection, "endpoint": spec.endpoint(connection)})
    document = recorded.deployment(
        recorded.Record(project, stack, name),
        host,
        connection,
        objects,
        can,
        apache_fallback=apache_fallback,
        exports={"database_connection": connection},
    )
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def check(arguments: Mapping[str, Any]) -> None:
    """Refuse a connection that the program's host would refuse, before anything is read."""
    spec.refuse(arguments, arguments)
