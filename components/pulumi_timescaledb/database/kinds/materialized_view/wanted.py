"""What a materialized view is: a query, computed whole at each refresh."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class MaterializedView:
    """query: the SELECT. owner: None when not managed."""

    query: str
    owner: str | None = None
