"""Backups exist, are kept long enough, and are not locked for ever by mistake."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from timescaledb_policy.resource import UNKNOWN, Resource, inside, items
from timescaledb_policy.rule import Config, Finding, Option, ResourceRule, Severity, StackRule
from timescaledb_policy.rules.data import EXEMPT, VOLUME, exempt, holds_data
from timescaledb_policy.selection import SELECTION, selects

PLAN = "aws:backup/plan:Plan"
LOCK = "aws:backup/vaultLockConfiguration:VaultLockConfiguration"


def _retention(resource: Resource, config: Config) -> Iterator[Finding]:
    for rule in items(resource.of("rules")):
        days = inside(rule, "lifecycle", "deleteAfter")
        # without a number a recovery point is kept for ever
        if days not in (None, UNKNOWN) and days < config["days"]:
            yield Finding(
                f'keeps backups of rule "{rule.get("ruleName")}" {days:g} days', f"keep them {config['days']:g} or more"
            )


def _irrevocable(resource: Resource, config: Config) -> Iterator[Finding]:
    days = resource.of("changeableForDays")
    if days not in (None, UNKNOWN):
        yield Finding(
            f"becomes irrevocable after {days:g} days: nobody, AWS included, can delete a backup then",
            "leave changeable_for_days out for a governance lock",
        )


def _backed_up(stack: Sequence[Resource], config: Config) -> Iterator[Finding]:
    selections = [each for each in stack if each.type == SELECTION]
    for volume in stack:
        if volume.type != VOLUME or not holds_data(volume) or exempt(volume, config):
            continue
        if not any(selects(each, volume, unknown=True) for each in selections):
            yield Finding(
                "holds the data and no backup plan selects it", "add a backup.Vault for it to this stack", volume
            )


RULES = (
    ResourceRule(
        "backup-retention",
        "Backups are kept long enough for a mistake to be noticed.",
        (PLAN,),
        _retention,
        options={"days": Option(7, {"type": "integer", "minimum": 1}, "The least days that a recovery point is kept.")},
    ),
    ResourceRule(
        "no-irrevocable-lock",
        "No vault is locked in compliance mode: a wrong number in it is paid for until it ends.",
        (LOCK,),
        _irrevocable,
        severity=Severity.MEDIUM,
    ),
    StackRule(
        "backed-up-data-volume",
        "Every volume that holds a database is in a backup plan of its stack (FSBP EC2.28).",
        _backed_up,
        options={"exempt_environments": EXEMPT},
    ),
)
