"""One dynamic resource a kind. The type tokens are part of every state and never change."""

from typing import Any

import pulumi
from pulumi.dynamic import Resource

from .converge import Converge


class Converged(Resource, module="timescaledb", name="Converged"):
    """What the dynamic resources share: the stateless provider, and the outputs it adds."""

    system_identifier: pulumi.Output[str]
    edition: pulumi.Output[str]

    def __init__(self, name: str, props: dict[str, Any], opts: pulumi.ResourceOptions | None = None) -> None:
        """props: the envelope and the declaration, see :mod:`.inputs`."""
        super().__init__(Converge(), name, props, opts)


class Plan(Converged, module="timescaledb", name="Plan"):
    """Holds every declaration, and refuses in preview what must not happen."""


class DatabaseReady(Converged, module="timescaledb", name="DatabaseReady"):
    """Waits until the database answers, and remembers which server it is."""


class Extension(Converged, module="timescaledb", name="Extension"):
    """An extension of the database."""


class Migrations(Converged, module="timescaledb", name="Migrations"):
    """A folder of SQL files, applied in order."""


class Role(Converged, module="timescaledb", name="Role"):
    """A role of the server."""


class Hypertable(Converged, module="timescaledb", name="Hypertable"):
    """A hypertable with its indexes and policies."""


class ContinuousAggregate(Converged, module="timescaledb", name="ContinuousAggregate"):
    """A continuous aggregate with its policies."""


RESOURCES: dict[str, type[Converged]] = {
    "extension": Extension,
    "migrations": Migrations,
    "role": Role,
    "hypertable": Hypertable,
    "continuous_aggregate": ContinuousAggregate,
}
