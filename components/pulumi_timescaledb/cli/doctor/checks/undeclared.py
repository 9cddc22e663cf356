"""What our ledger does not know of, where there is one: objects, policies, jobs and roles that nobody declared here.

The ledger knows what was written by declaration, and what a stack claimed. An object that was adopted exactly as it
was by a run that named no stack is missing there too, and the note says so.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..facts import Facts
from ..finding import NOTE, Finding
from .jobs import about

OBJECTS = {"hypertable": "is a hypertable", "aggregate": "is a continuous aggregate"}
POLICIES = {
    "retention": "has a retention policy",
    "refresh": "has a refresh policy",
    "columnstore": "has a columnstore policy",
    "cron_job": "is a job of pg_cron",
}
DECLARED_AS = {"aggregate": "continuous_aggregate"}
ADOPTED = "that this library never wrote: nobody declared it, or it was adopted as it was"
REMEDY = "declare it, or leave it to whoever made it; tsdb import writes the declaration"


def findings(facts: Facts) -> Iterator[Finding]:
    """Each object once; without a ledger nothing is declared and nothing is said."""
    if not facts.ledger:
        return
    unknown = set()
    for kind, words in OBJECTS.items():
        for name in facts.snapshot.found[kind]:
            if not _known(facts, kind, name):
                unknown.add(name)
                yield Finding(NOTE, name, f"{words} {ADOPTED}", REMEDY)
    for kind, words in POLICIES.items():
        for name, found in facts.snapshot.found[kind].items():
            # a columnstore may have settings and no policy, and then no job
            if name in unknown or (kind, name) in facts.snapshot.made or found.facts.get("job_id", True) is None:
                continue
            yield Finding(NOTE, name, f"{words} that this library did not make", "declare it, or remove it by hand")
    yield from _jobs(facts)
    for role in facts.roles:
        if role != facts.snapshot.capabilities.role and not _known(facts, "role", role):
            yield Finding(NOTE, f"role {role}", f"is a role with rights here {ADOPTED}", REMEDY)


def _jobs(facts: Facts) -> Iterator[Finding]:
    """Jobs of the user's own procedures, which may be declared by their name or by their procedure."""
    for job in facts.jobs:
        if job.cron or job.procedure:
            continue
        names = (job.name, job.name.removesuffix(f" [{job.id}]"), job.calls)
        if not any(_known(facts, "job", name) for name in names):
            yield Finding(NOTE, about(job), f"is a job {ADOPTED}", REMEDY)


def _known(facts: Facts, kind: str, name: str) -> bool:
    both = facts.known | facts.snapshot.made
    declared = DECLARED_AS.get(kind, kind)
    return (kind, name) in both or (declared, name) in both or f"{declared}:{name}" in facts.snapshot.owners
