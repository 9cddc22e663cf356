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


class Schema(Converged, module="timescaledb", name="Schema"):
    """A schema of the database."""


class Grant(Converged, module="timescaledb", name="Grant"):
    """What one role may do with one object, or with everything of a kind in a schema."""


class DefaultPrivileges(Converged, module="timescaledb", name="DefaultPrivileges"):
    """What a role's future objects come with."""


class Hypertable(Converged, module="timescaledb", name="Hypertable"):
    """A hypertable with its indexes and policies."""


class ContinuousAggregate(Converged, module="timescaledb", name="ContinuousAggregate"):
    """A continuous aggregate with its policies."""


class Job(Converged, module="timescaledb", name="Job"):
    """A procedure that TimescaleDB calls on a schedule."""


class PartitionedRetention(Converged, module="timescaledb", name="PartitionedRetention"):
    """Retention that differs from key to key of a hypertable."""


class RowLevelSecurity(Converged, module="timescaledb", name="RowLevelSecurity"):
    """Row-level security of a table, with its policies."""


class SecurityBarrierView(Converged, module="timescaledb", name="SecurityBarrierView"):
    """A view that hides rows from those who read it."""


RESOURCES: dict[str, type[Converged]] = {
    "extension": Extension,
    "migrations": Migrations,
    "role": Role,
    "schema": Schema,
    "grant": Grant,
    "default_privileges": DefaultPrivileges,
    "hypertable": Hypertable,
    "continuous_aggregate": ContinuousAggregate,
    "job": Job,
    "partitioned_retention": PartitionedRetention,
    "row_level_security": RowLevelSecurity,
    "security_barrier_view": SecurityBarrierView,
}
