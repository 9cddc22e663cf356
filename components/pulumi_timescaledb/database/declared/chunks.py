"""The arguments of a hypertable that say where its chunks lie and in which order their rows stand."""

from __future__ import annotations

from typing import Any

from ..arguments import Arguments
from ..kind import Part
from ..kinds.chunk_skipping.wanted import ChunkSkipping
from ..kinds.compaction.wanted import Compaction
from ..kinds.reorder.wanted import Reorder
from ..kinds.tablespaces.wanted import Tablespaces
from .composition import Declared, Lookup, managed
from .policies import ABSENT


def tablespaces(arguments: Arguments, key: str) -> list[Part]:
    """``tablespaces=["fast", "large"]``: the whole set; an empty one detaches all."""
    names = _set(arguments, "tablespaces")
    return [] if names is None else [Part("tablespaces", key, Tablespaces(names))]


def policies(arguments: Arguments, key: str) -> list[Part]:
    """``chunk_skipping=[columns]``, ``reorder={index, schedule}`` and ``compaction={schedule, ...}``."""
    columns = _set(arguments, "chunk_skipping")
    parts = [] if columns is None else [Part("chunk_skipping", key, ChunkSkipping(columns))]
    return parts + _reorder(arguments, key) + _compaction(arguments, key)


def _set(arguments: Arguments, name: str) -> tuple[str, ...] | None:
    names = arguments.names(name)
    if names is not None and len(set(names)) < len(names):
        raise arguments.wrong(name, "each name once")
    return names


def _reorder(arguments: Arguments, key: str) -> list[Part]:
    inner = arguments.inner("reorder")
    if inner is None:
        return []
    if inner.absent():
        return [Part("reorder", key, None)]
    value = Reorder(inner.name("index"), inner.duration("schedule"), inner.boolean("enabled", True) is True)
    inner.finish()
    return [Part("reorder", key, value)]


def _compaction(arguments: Arguments, key: str) -> list[Part]:
    inner = arguments.inner("compaction")
    if inner is None:
        return []
    if inner.absent():
        return [Part("compaction", key, None)]
    value = Compaction(
        inner.duration("schedule"),
        inner.count("max_chunks", 0, 2**31 - 1),
        inner.count("max_batches", 0, 2**31 - 1),
        inner.duration("inactive_for"),
        inner.boolean("enabled", True) is True,
    )
    inner.finish()
    return [Part("compaction", key, value)]


def render(declared: Declared, lookup: Lookup) -> dict[str, Any]:
    """All four, with live values, and only where they are managed."""
    shown: dict[str, Any] = {}
    for part in declared.parts[1:]:
        if part.kind not in ("tablespaces", "chunk_skipping", "reorder", "compaction"):
            continue
        live = lookup(part.kind, part.key)
        if part.kind == "tablespaces":
            shown["tablespaces"] = list(live.names) if live else []
        elif part.kind == "chunk_skipping":
            shown["chunk_skipping"] = list(live.columns) if live else []
        elif live is None:
            shown[part.kind] = ABSENT
        else:
            shown[part.kind] = _policy(part.value, live)
    return shown


def _policy(wanted: Reorder | Compaction | None, live: Reorder | Compaction) -> dict[str, Any]:
    """A policy with what is managed of it; all of it where it must be absent."""
    shown: dict[str, Any] = {}
    for name, value in vars(live).items():
        if name == "enabled":
            shown[name] = None if value else False
        elif wanted is None or getattr(wanted, name) is not None:
            shown[name] = value if isinstance(value, int) or value is None else str(value)
    return managed(shown)
