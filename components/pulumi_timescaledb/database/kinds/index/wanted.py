"""What a user declares of an index."""

from __future__ import annotations

from dataclasses import dataclass

from ...names import Relation


@dataclass(frozen=True)
class Index:
    """relation: its table. definition: everything after USING, such as ``btree (device, "time" DESC)``. per_chunk: how
    it is built, one transaction a chunk; no difference afterwards. valid: False where a build was interrupted."""

    relation: Relation
    definition: str
    unique: bool = False
    per_chunk: bool | None = None
    valid: bool = True
