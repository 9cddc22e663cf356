"""Every rule of the pack, one list; `README.md` says the same in a table."""

from __future__ import annotations

from timescaledb_policy.rule import Rule
from timescaledb_policy.rules import (
    backups,
    buckets,
    budget,
    containers,
    data,
    encryption,
    host,
    network,
    objects,
    passwords,
    rights,
    watching,
)

RULES: tuple[Rule, ...] = (
    *network.RULES,
    *encryption.RULES,
    *data.RULES,
    *passwords.RULES,
    *host.RULES,
    *containers.RULES,
    *buckets.RULES,
    *backups.RULES,
    *rights.RULES,
    *watching.RULES,
    *objects.RULES,
    *budget.RULES,
)
