"""The visible list of rules: what two objects must agree on, and what the server would accept but should not.

A rule is a file with an ID, the reason, and either ``check``, which yields one sentence a violation, or ``note``, which
yields one sentence for people where nothing is refused. Rules see only values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from . import (
    aggregate_indexes,
    aggregate_query,
    aggregate_source,
    apache_edition,
    available_extensions,
    background_workers,
    coarse_retention,
    columnstore_and_refresh,
    columnstore_columns,
    declared_texts,
    default_privileges,
    dependents,
    dropped_roles,
    dropped_schemas,
    foreign_keys,
    grant_overlap,
    grants,
    hierarchical_bucket,
    impossible_changes,
    integer_time,
    job_owner,
    name_collisions,
    newer_versions,
    overlapping_refresh,
    own_retention,
    owner_grants,
    owners,
    partition_columns,
    partitioned_refresh,
    partitioned_retention,
    policy_roles,
    publications,
    refresh_options,
    refresh_window,
    reorder_and_columnstore,
    reorder_index,
    retention_and_columnstore,
    retention_and_refresh,
    role_attributes,
    role_circle,
    routines_exist,
    row_security,
    row_security_chunks,
    several_refresh,
    swaps,
    tables_exist,
    tablespaces_exist,
    view_owner,
)
from .context import Context

RULES: dict[str, Callable[[Context], Iterator[str]]] = {
    module.ID: module.check
    for module in (
        available_extensions,
        apache_edition,
        newer_versions,
        tables_exist,
        tablespaces_exist,
        routines_exist,
        name_collisions,
        role_circle,
        reorder_index,
        partition_columns,
        integer_time,
        foreign_keys,
        publications,
        columnstore_columns,
        row_security,
        row_security_chunks,
        policy_roles,
        view_owner,
        job_owner,
        retention_and_refresh,
        partitioned_retention,
        coarse_retention,
        partitioned_refresh,
        own_retention,
        hierarchical_bucket,
        refresh_window,
        overlapping_refresh,
        several_refresh,
        aggregate_source,
        aggregate_query,
        declared_texts,
        role_attributes,
        owners,
        grants,
        grant_overlap,
        owner_grants,
        default_privileges,
        dropped_roles,
        dropped_schemas,
        refresh_options,
        aggregate_indexes,
        swaps,
        dependents,
        impossible_changes,
    )
}
NOTES: dict[str, Callable[[Context], Iterator[str]]] = {
    module.ID: module.note
    for module in (
        columnstore_and_refresh,
        retention_and_columnstore,
        reorder_and_columnstore,
        background_workers,
    )
}


def violations(context: Context) -> list[str]:
    """Every sentence of every rule, in the order of the list."""
    return [sentence for check in RULES.values() for sentence in check(context)]


def advice(context: Context) -> list[str]:
    """Every sentence of every note: what works, and may not be what was meant."""
    return [sentence for note in NOTES.values() for sentence in note(context)]
