"""Live values in the words of the declaration, so that spelling is no drift and drift is not hidden."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tools.engine.plugins.aws.schema import Kind


def in_words_of(declared: Any, live: Any, kind: Kind, document: bool = False) -> Any:
    """The live value, or the declared one where both mean the same.

    Fields of a nested object that nobody declared are left out (AWS fills them); maps are compared whole; lists
    regardless of order.

    Args:
        declared: None when not declared.
        live: None when AWS has nothing.
        kind: of the property.
        document: both are JSON texts, equal when they say the same.
    """
    if declared is None or live is None:
        return live
    if kind.form == "object":
        fields = kind.fields()
        return {
            name: in_words_of(item, live.get(name), fields[name].kind if name in fields else Kind("scalar"))
            for name, item in declared.items()
            if live.get(name) is not None
        }
    if kind.form == "list" and isinstance(declared, list) and isinstance(live, list):
        return _elements(declared, live, kind.element or Kind("scalar"))
    return declared if equal(declared, live, document) else live


def equal(one: Any, other: Any, document: bool = False) -> bool:
    """Whether two scalars or maps mean the same: 1 and "1", true and "true", two spellings of a JSON text."""
    if one == other:
        return True
    if document and isinstance(one, str) and isinstance(other, str):
        try:
            return bool(loose(json.loads(one)) == loose(json.loads(other)))
        except ValueError:
            return False
    if isinstance(one, Mapping) or isinstance(other, Mapping) or isinstance(one, list) or isinstance(other, list):
        return False
    return _text(one) == _text(other)


def loose(value: Any) -> Any:
    """A JSON value in which one string and a list of that one string are the same, as in IAM's policies."""
    if isinstance(value, Mapping):
        return {key: loose(item) for key, item in value.items()}
    if isinstance(value, list):
        items = [loose(item) for item in value]
        if all(isinstance(item, str) for item in items):
            return items[0] if len(items) == 1 else sorted(items)
        return items
    return value


def _elements(declared: list[Any], live: list[Any], kind: Kind) -> list[Any]:
    left = list(live)
    kept: list[Any] = []
    waiting: list[Any] = []
    for item in declared:
        worded = [(found, in_words_of(item, found, kind)) for found in left]
        hit = next((found for found, words in worded if words == item), None)
        if hit is None:
            waiting.append(item)
            kept.append(None)
        else:
            left.remove(hit)
            kept.append(item)
    for place, item in enumerate(kept):
        if item is None and left:
            kept[place] = in_words_of(waiting.pop(0), left.pop(0), kind)
    return [item for item in kept if item is not None] + left


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
