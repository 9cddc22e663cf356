"""Every change made to moto, in one list."""

from __future__ import annotations

from tools.engine.plugins.aws.server.lacking import (
    alarms,
    associations,
    groups,
    instances,
    log_keys,
    restore_testing,
    rules,
    selections,
    sessions,
)
from tools.engine.plugins.aws.server.strict import attaching, launching, volumes

MODULES = (
    alarms,
    associations,
    groups,
    instances,
    log_keys,
    restore_testing,
    rules,
    selections,
    sessions,
    attaching,
    launching,
    volumes,
)


def make() -> None:
    """Change moto in this process; once only."""
    for module in MODULES:
        module.change()
