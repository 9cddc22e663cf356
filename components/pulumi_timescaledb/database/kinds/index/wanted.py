"""What a user declares of an index."""

from __future__ import annotations

from dataclasses import dataclass

from ...names import Relation


@dataclass(frozen=True)
class Index:
    """relation: its table. definition: everything after USING, such as ``btree (device, "time" DESC)``."""

    relation: Relation
    definition: str
    unique: bool = False
