"""What changed between two inputs, property by property, and whether it takes a new object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pulumi.runtime.proto import provider_pb2

from tools.engine.common.paths import paths
from tools.engine.common.values import Props, unknown
from tools.engine.plugins.docker.resource import Property

_KINDS = provider_pb2.PropertyDiff.Kind


def difference(properties: Mapping[str, Property], old: Props, new: Props, ignored: list[str]) -> Any:
    """The engine's answer for two inputs of one resource type.

    Args:
        properties: the type's table.
        old: inputs as last read or deployed.
        new: inputs as declared now.
        ignored: `ignore_changes`; top-level names count.
    """
    detailed: dict[str, Any] = {}
    changed: list[str] = []
    replaces: list[str] = []
    for name in sorted({*old, *new}):
        table = properties.get(name, Property())
        before, after = old.get(name), new.get(name)
        if name in ignored or before == after:
            continue
        changed.append(name)
        renews = table.renews(after)
        if renews:
            replaces.append(name)
        found = [(name, "UPDATE")] if unknown(after) else list(paths(before, after, name))
        for path, kind in found:
            full = f"{kind}_REPLACE" if renews else kind
            detailed[path] = provider_pb2.PropertyDiff(kind=_KINDS.Value(full), inputDiff=True)
    outcome = provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE
    return provider_pb2.DiffResponse(
        changes=outcome,
        diffs=changed,
        replaces=replaces,
        detailedDiff=detailed,
        hasDetailedDiff=True,
        # Names are fixed, so the old object must be gone before the new one can have its name.
        deleteBeforeReplace=bool(replaces),
    )
