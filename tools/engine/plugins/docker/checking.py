"""Inputs are checked against the type's table: what is not in it fails loudly instead of being dropped."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from tools.engine.common.values import Props, unknown
from tools.engine.plugins.docker.resource import Property

HELP = "this stand-in for the docker plugin knows only {names}; install the official plugin or leave it out"


def refusals(what: str, properties: Mapping[str, Property], inputs: Props) -> list[str]:
    """One sentence for each property or field that the type does not have, or that has the wrong type."""
    found: list[str] = []
    for name, value in sorted(inputs.items()):
        table = properties.get(name)
        if table is None:
            found.append(
                f"{what}: property {name!r} is not supported: {HELP.format(names=', '.join(sorted(properties)))}"
            )
            continue
        for item in value if isinstance(value, list) else [value]:
            if table.fields and isinstance(item, Mapping):
                found += [
                    f"{what}: field {name}.{field} is not supported: "
                    + HELP.format(names=", ".join(sorted(table.fields)))
                    for field in sorted(set(item) - table.fields)
                ]
        if table.integer and not unknown(value) and not isinstance(value, int):
            found.append(f"{what}: property {name!r} must be a whole number")
    return found


def autoname(inputs: Props, olds: Props, resource_name: str, seed: bytes) -> None:
    """Give an object without a declared name the one it has, or the resource's name and seven digits of the
    engine's seed.
    """
    if "name" not in inputs:
        digits = hashlib.sha256(seed + resource_name.encode()).hexdigest()[:7]
        inputs["name"] = olds.get("name") or f"{resource_name}-{digits}"


def text(value: Any) -> str:
    """A scalar as the engine's interface takes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
