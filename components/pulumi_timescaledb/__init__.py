"""TimescaleDB environments for Pulumi: hosts, the database's objects, and their live drift in the preview.

The public names are loaded when first used (PEP 562): the provider process imports only what it runs, and a program
on a managed server needs no package of Docker or AWS.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import backup, environment, watch
    from .errors import Busy, Failed, Refusal, TimescaleDBError, Unreachable
    from .hosts import docker, ec2, managed
    from .provider.declare import (
        continuous_aggregate,
        default_privileges,
        extension,
        grant,
        hypertable,
        job,
        migrations,
        partitioned_retention,
        role,
        row_level_security,
        schema,
        security_barrier_view,
    )
    from .provider.objects import DatabaseObjects, DatabaseObjectsArgs

__all__ = [
    "Busy",
    "DatabaseObjects",
    "DatabaseObjectsArgs",
    "Failed",
    "Refusal",
    "TimescaleDBError",
    "Unreachable",
    "backup",
    "continuous_aggregate",
    "default_privileges",
    "docker",
    "ec2",
    "environment",
    "extension",
    "grant",
    "hypertable",
    "job",
    "managed",
    "migrations",
    "partitioned_retention",
    "role",
    "row_level_security",
    "schema",
    "security_barrier_view",
    "watch",
]

_HOME = {
    "Busy": ".errors",
    "DatabaseObjects": ".provider.objects",
    "DatabaseObjectsArgs": ".provider.objects",
    "Failed": ".errors",
    "Refusal": ".errors",
    "TimescaleDBError": ".errors",
    "Unreachable": ".errors",
    "backup": ".backup",
    "continuous_aggregate": ".provider.declare",
    "default_privileges": ".provider.declare",
    "docker": ".hosts.docker",
    "ec2": ".hosts.ec2",
    "environment": ".environment",
    "extension": ".provider.declare",
    "grant": ".provider.declare",
    "hypertable": ".provider.declare",
    "job": ".provider.declare",
    "managed": ".hosts.managed",
    "migrations": ".provider.declare",
    "partitioned_retention": ".provider.declare",
    "role": ".provider.declare",
    "row_level_security": ".provider.declare",
    "schema": ".provider.declare",
    "security_barrier_view": ".provider.declare",
    "watch": ".watch",
}
_MODULES = ("backup", "docker", "ec2", "environment", "managed", "watch")


def __getattr__(name: str) -> Any:
    """Load a public name from its home at first use."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(_HOME[name], __name__)
    value = module if name in _MODULES else getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names, loaded or not."""
    return sorted({*globals(), *__all__})
