"""What could not be looked at, so that silence is not taken for health."""

from __future__ import annotations

from collections.abc import Iterator

from ..facts import Facts
from ..finding import NOTE, Finding


def findings(facts: Facts) -> Iterator[Finding]:
    """Each subject once, with the reason."""
    for each in facts.unread:
        yield Finding(NOTE, each.what, f"not looked at: {each.why}", each.remedy)
