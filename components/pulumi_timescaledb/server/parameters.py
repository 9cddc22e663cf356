"""All settings of one server: tuned from the machine, ours by default, the user's over them, the mandatory last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from .layout import Layout
from .mandatory import defaults, mandatory
from .overrides import argument, count_of, normalised, refuse_mandatory, refuse_unstartable
from .setting import Setting, by_name
from .tuning import Machine, tune


def parameters(
    machine: Machine,
    layout: Layout,
    *,
    database: str,
    overrides: Mapping[str, object] | None = None,
    extra_libraries: Sequence[str] = (),
) -> dict[str, Setting]:
    """The settings to start a server with, sorted by name.

    Args:
        machine: declared memory (bytes) and CPUs.
        layout: of the image family.
        database: where pg_cron keeps its jobs, on families that preload it.
        overrides: the user's settings; an overridden ``max_connections`` also changes ``work_mem``, which is a share
            per connection.
        extra_libraries: preloaded beside ours.

    Raises:
        ArgumentRefused: for an override that is mandatory, malformed, or keeps the server from starting.
    """
    chosen = normalised(overrides or {})
    fixed = mandatory(layout, database, extra_libraries)
    refuse_mandatory(chosen, fixed)
    if "max_connections" in chosen:
        machine = replace(machine, max_connections=count_of(chosen, "max_connections", 0))
    users = [
        Setting(name, value, "declared in the argument settings", "restart", argument(name))
        for name, value in chosen.items()
    ]
    merged = by_name([*tune(machine).values(), *defaults().values(), *users, *fixed.values()])
    refuse_unstartable(values(merged), chosen, machine.memory)
    return dict(sorted(merged.items()))


def values(settings: Mapping[str, Setting]) -> dict[str, str]:
    """Name and value only, in the order given: what goes on the command line."""
    return {name: setting.value for name, setting in settings.items()}
