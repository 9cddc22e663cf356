"""Where two property values differ, in the engine's own notation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def paths(old: Any, new: Any, path: str) -> Iterator[tuple[str, str]]:
    """Yield (path, ADD | DELETE | UPDATE) for every leaf that differs; None is "not there"."""
    if old == new:
        return
    if old is None or new is None:
        yield path, "ADD" if old is None else "DELETE"
    elif isinstance(old, dict) and isinstance(new, dict):
        for key in sorted({*old, *new}):
            yield from paths(old.get(key), new.get(key), f'{path}["{key}"]' if "." in key else f"{path}.{key}")
    elif isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            yield from paths(_at(old, index), _at(new, index), f"{path}[{index}]")
    else:
        yield path, "UPDATE"


def _at(items: list[Any], index: int) -> Any:
    return items[index] if index < len(items) else None
