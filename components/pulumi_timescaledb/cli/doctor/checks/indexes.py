"""Indexes that exist but do not serve."""

from __future__ import annotations

from collections.abc import Iterator

from ..facts import Facts
from ..finding import WARNING, Finding


def findings(facts: Facts) -> Iterator[Finding]:
    """Each invalid index: it costs every write and helps no read."""
    for name, found in facts.snapshot.found["index"].items():
        if not found.facts["valid"]:
            yield Finding(WARNING, name, "is invalid: it costs writes and serves no read", "REINDEX it, or drop it")
