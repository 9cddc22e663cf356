"""The visible list of rules: what two objects must agree on, and what the server would accept but should not.

A rule is a file with an ID, the reason, and ``check``, which yields one sentence a violation. Rules see only values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from . import (
    apache_edition,
    available_extensions,
    impossible_changes,
    job_owner,
    partition_columns,
    retention_and_refresh,
    row_security,
    tables_exist,
)
from .context import Context

RULES: dict[str, Callable[[Context], Iterator[str]]] = {
    module.ID: module.check
    for module in (
        available_extensions,
        apache_edition,
        tables_exist,
        partition_columns,
        row_security,
        job_owner,
        retention_and_refresh,
        impossible_changes,
    )
}


def violations(context: Context) -> list[str]:
    """Every sentence of every rule, in the order of the list."""
    return [sentence for check in RULES.values() for sentence in check(context)]
