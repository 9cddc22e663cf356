"""The declarations a program writes, one function a kind; each returns the plain dictionary that it checks later.

Durations are interval texts ("7 days"), integer time a text of digits. A policy is a dictionary, ``{"absent": True}``
(must not be there), or omitted (not managed: left alone). ``absent=True`` on an object declares that it must not
exist; dropping it needs an acknowledgement.
"""

from .declaration import Declaration
from .groundwork import ExtensionArgs, MigrationsArgs, SchemaArgs, extension, migrations, schema
from .jobs import JobArgs, LimitsArgs, PartitionedRetentionArgs, job, partitioned_retention
from .policies import Absent, ColumnstoreArgs, CompactionArgs, OrderArgs, RefreshArgs, ReorderArgs, RetentionArgs
from .rights import DefaultPrivilegesArgs, GrantArgs, MembershipArgs, RoleArgs, default_privileges, grant, role
from .tables import (
    ContinuousAggregateArgs,
    HashDimensionArgs,
    HypertableArgs,
    IndexArgs,
    continuous_aggregate,
    hypertable,
)
from .tenants import (
    PolicyArgs,
    RowLevelSecurityArgs,
    SecurityBarrierViewArgs,
    row_level_security,
    security_barrier_view,
)

__all__ = [
    "Absent",
    "ColumnstoreArgs",
    "CompactionArgs",
    "ContinuousAggregateArgs",
    "Declaration",
    "DefaultPrivilegesArgs",
    "ExtensionArgs",
    "GrantArgs",
    "HashDimensionArgs",
    "HypertableArgs",
    "IndexArgs",
    "JobArgs",
    "LimitsArgs",
    "MembershipArgs",
    "MigrationsArgs",
    "OrderArgs",
    "PartitionedRetentionArgs",
    "PolicyArgs",
    "RefreshArgs",
    "ReorderArgs",
    "RetentionArgs",
    "RoleArgs",
    "RowLevelSecurityArgs",
    "SchemaArgs",
    "SecurityBarrierViewArgs",
    "continuous_aggregate",
    "default_privileges",
    "extension",
    "grant",
    "hypertable",
    "job",
    "migrations",
    "partitioned_retention",
    "role",
    "row_level_security",
    "schema",
    "security_barrier_view",
]
