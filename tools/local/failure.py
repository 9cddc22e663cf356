"""The one kind of error a person sees from `make`: a sentence that says what failed and what to do."""

from __future__ import annotations


class Stop(Exception):
    """The command cannot go on. The message is one sentence with its remedy; the exit code is 1."""


def sentence(text: str) -> str:
    """Fold a message of several lines into one, and cut what no person reads to its end (500 characters)."""
    folded = " ".join(text.split())
    return folded if len(folded) <= 500 else folded[:497] + "..."
