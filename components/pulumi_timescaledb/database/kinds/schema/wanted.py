"""What a user declares of a schema."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Schema:
    """owner: None when not managed; a new schema then belongs to the connection's role."""

    owner: str | None = None
