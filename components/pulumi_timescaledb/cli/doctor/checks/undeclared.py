"""Policies that nobody declared, where our ledger tells which ones we made."""

from __future__ import annotations

from collections.abc import Iterator

from ..facts import Facts
from ..finding import NOTE, Finding

POLICIES = {
    "retention": "has a retention policy",
    "refresh": "has a refresh policy",
    "columnstore": "has a columnstore policy",
    "cron_job": "is a job of pg_cron",
}


def findings(facts: Facts) -> Iterator[Finding]:
    """Each policy that is not in the ledger; without a ledger nothing is declared and nothing is said."""
    if not facts.ledger:
        return
    for kind, words in POLICIES.items():
        for name, found in facts.snapshot.found[kind].items():
            # a columnstore may have settings and no policy, and then no job
            if (kind, name) not in facts.snapshot.made and found.facts.get("job_id", True) is not None:
                yield Finding(NOTE, name, f"{words} that this library did not make", "declare it, or remove it by hand")
