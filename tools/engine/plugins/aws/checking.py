"""Inputs are checked against pulumi-aws's own classes: what is not there, or not understood here, fails loudly."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from tools.engine.common.values import Props, unknown
from tools.engine.plugins.aws import schema
from tools.engine.plugins.aws.kind import Kind


def refusals(kind: Kind, inputs: Props) -> list[str]:
    """One sentence for each property that pulumi-aws does not have, that is missing, or that this stand-in lacks."""
    known = schema.shape(kind.pulumi_type).inputs
    label = kind.pulumi_type.rpartition(":")[2]
    found = list(strange(label, known, inputs))
    for name in sorted(set(inputs) & set(known) - kind.supported - {"region"}):
        if not (name == "tags" and kind.tagging):
            found.append(
                f"{label}: property {name} is not supported by the stand-in for the aws plugin: "
                f"it knows {', '.join(sorted(kind.supported))}"
            )
    return found or kind.refusals(inputs)


def strange(label: str, known: Mapping[str, schema.Property], inputs: Mapping[str, Any]) -> Iterator[str]:
    """Names, at any depth, that the package's classes do not have, and required ones that are missing."""
    for name in sorted(set(inputs) - set(known)):
        yield f"{label}: property {name} does not exist in pulumi-aws: correct or remove it"
    for name, each in known.items():
        if each.required and name not in inputs:
            yield f"{label}: property {name} is required: declare it"
        if name in inputs:
            yield from _inside(f"{label}.{name}", each.kind, inputs[name])


def _inside(label: str, kind: schema.Kind, value: Any) -> Iterator[str]:
    if value is None or (not isinstance(value, (list, Mapping)) and unknown(value)):
        return
    wrong = (
        (kind.form == "list" and not isinstance(value, list))
        or (kind.form in ("map", "object") and not isinstance(value, Mapping))
        or (kind.form == "scalar" and isinstance(value, (list, Mapping)))
    )
    if wrong:
        yield f"{label} must be {'an' if kind.form == 'object' else 'a'} {kind.form}: correct it"
    elif kind.form == "object":
        yield from strange(label, kind.fields(), value)
    elif kind.form in ("list", "map") and kind.element is not None:
        items = enumerate(value) if isinstance(value, list) else value.items()
        for key, item in items:
            yield from _inside(f"{label}[{key}]", kind.element, item)


def autoname(kind: Kind, inputs: Props, olds: Props, resource_name: str, seed: bytes) -> None:
    """Name an object that nobody named: as before, else the resource's name and seven digits of the engine's seed."""
    if kind.name and kind.name not in inputs:
        digits = hashlib.sha256(seed + resource_name.encode()).hexdigest()[:7]
        inputs[kind.name] = olds.get(kind.name) or f"{resource_name}-{digits}"
