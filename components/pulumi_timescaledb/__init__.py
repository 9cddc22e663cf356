"""TimescaleDB environments for Pulumi: hosts, the database's objects, and their live drift in the preview.

The public names are loaded when first used (PEP 562): the provider process imports only what it runs, and a program
on a managed server needs no Docker package.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .errors import Busy, Failed, Refusal, TimescaleDBError, Unreachable
    from .hosts import docker, managed
    from .provider.declare import continuous_aggregate, extension, hypertable, migrations, role
    from .provider.objects import DatabaseObjects, DatabaseObjectsArgs

__all__ = [
    "Busy",
    "DatabaseObjects",
    "DatabaseObjectsArgs",
    "Failed",
    "Refusal",
    "TimescaleDBError",
    "Unreachable",
    "continuous_aggregate",
    "docker",
    "extension",
    "hypertable",
    "managed",
    "migrations",
    "role",
]

_HOME = {
    "Busy": ".errors",
    "DatabaseObjects": ".provider.objects",
    "DatabaseObjectsArgs": ".provider.objects",
    "Failed": ".errors",
    "Refusal": ".errors",
    "TimescaleDBError": ".errors",
    "Unreachable": ".errors",
    "continuous_aggregate": ".provider.declare",
    "docker": ".hosts.docker",
    "extension": ".provider.declare",
    "hypertable": ".provider.declare",
    "managed": ".hosts.managed",
    "migrations": ".provider.declare",
    "role": ".provider.declare",
}
_MODULES = ("docker", "managed")


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
