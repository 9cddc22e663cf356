"""Policies that nobody declared, where our ledger tells which ones we made."""

from __future__ import annotations

from collections.abc import Iterator

from ..facts import Facts
from ..finding import NOTE, Finding

POLICIES = ("retention", "refresh", "columnstore")


def findings(facts: Facts) -> Iterator[Finding]:
    """Each policy that is not in the ledger; without a ledger nothing is declared and nothing is said."""
    if not facts.ledger:
        return
    for kind in POLICIES:
        for name, found in facts.snapshot.found[kind].items():
            if (kind, name) not in facts.snapshot.made and found.facts.get("job_id", True) is not None:
                yield Finding(
                    NOTE,
                    name,
                    f"has a {kind} policy that this library did not make",
                    "declare it, or remove it by hand",
                )
