"""How a property is called in Pulumi and on the wire, as tables that are read in both directions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tools.engine.common.values import Props
from tools.engine.plugins.aws.errors import PluginError


@dataclass(frozen=True)
class One:
    """A nested object: its name on the wire and its own table."""

    wire: str
    fields: Fields = field(default_factory=dict)


@dataclass(frozen=True)
class Many:
    """A list of objects: its name on the wire and the table of its elements."""

    wire: str
    fields: Fields = field(default_factory=dict)


Fields = Mapping[str, "str | One | Many"]


def same(*names: str) -> dict[str, str]:
    """Properties whose name on the wire only begins with a capital."""
    return {name: name[0].upper() + name[1:] for name in names}


def to_wire(fields: Fields, values: Mapping[str, Any]) -> dict[str, Any]:
    """Declared values as arguments of a call; what is not declared is left out.

    Raises:
        PluginError: a nested field that the table does not have.
    """
    unknown = sorted(set(values) - set(fields))
    if unknown:
        raise PluginError(f"field {unknown[0]} is not supported by the stand-in for AWS: add it to the type's table")
    found: dict[str, Any] = {}
    for name, value in values.items():
        target = fields[name]
        if isinstance(target, One):
            found[target.wire] = to_wire(target.fields, value)
        elif isinstance(target, Many):
            found[target.wire] = [to_wire(target.fields, item) for item in value]
        else:
            found[target] = value
    return found


def from_wire(fields: Fields, answer: Mapping[str, Any]) -> Props:
    """A live object as properties; what the service leaves out is left out."""
    found: Props = {}
    for name, source in fields.items():
        value = answer.get(source if isinstance(source, str) else source.wire)
        if value is None:
            continue
        if isinstance(source, One):
            found[name] = from_wire(source.fields, value)
        elif isinstance(source, Many):
            found[name] = [from_wire(source.fields, item) for item in value]
        else:
            found[name] = value
    return found


def only(values: Mapping[str, Any], names: Sequence[str] | Mapping[str, Any]) -> Props:
    """The values of these names, where there are any."""
    return {name: values[name] for name in names if values.get(name) is not None}
