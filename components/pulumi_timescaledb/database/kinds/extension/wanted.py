"""What a user declares of an extension."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Extension:
    """name: as in ``pg_available_extensions``. version: pinned, or None for whatever is there (floating). schema: where
    its objects live, None when not managed."""

    name: str
    version: str | None = None
    schema: str | None = None
