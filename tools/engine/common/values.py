"""Property values between the protocol's form and plain Python."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from google.protobuf import json_format, struct_pb2

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""How the protocol writes a value that is not known yet."""
_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the protocol's marker for secrets, not one

Props = dict[str, Any]


def decode(struct: struct_pb2.Struct) -> Props:
    """Read a property struct: whole numbers become int, nulls and the engine's own keys (`__defaults`) go,
    secrets unwrap.
    """
    value = _plain(json_format.MessageToDict(struct))
    return {key: item for key, item in value.items() if not key.startswith("__")}


def encode(values: Mapping[str, Any]) -> struct_pb2.Struct:
    """Write a property struct."""
    struct = struct_pb2.Struct()
    json_format.ParseDict({key: value for key, value in values.items() if value is not None}, struct)
    return struct


def unknown(value: Any) -> bool:
    """Whether a value is unknown or holds an unknown anywhere inside."""
    if isinstance(value, Mapping):
        return any(unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(unknown(item) for item in value)
    return bool(value == UNKNOWN)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        if value.get(_SIGNATURE) == _SECRET:
            return _plain(value.get("value"))
        return {key: _plain(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
