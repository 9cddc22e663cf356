"""``TSDB_DATABASE=skip``: the database is neither read nor written, so that a dead host can be repaired or destroyed.

An environment variable and not a setting: it reaches the provider in every phase, while a refresh and a destroy see
the configuration of the last ``up``.
"""

import os

from ..errors import Refusal

VARIABLE = "TSDB_DATABASE"
SKIP = "skip"


class BadSkip(Refusal):
    """The variable holds another word."""


def skipped() -> bool:
    """Whether the database is to be left alone."""
    return os.environ.get(VARIABLE) == SKIP


def validate() -> None:
    """Raise :class:`BadSkip` for a word that is not known: somebody meant something by it."""
    if os.environ.get(VARIABLE, "") not in ("", SKIP):
        raise BadSkip(f'the environment variable {VARIABLE} is not "{SKIP}"; write {SKIP}, or unset it')


def refuse(name: str) -> None:
    """Refuse to make or change an object while the database is left alone."""
    if skipped():
        raise Refusal(f"{name} was not made, because {VARIABLE}={SKIP} leaves the database alone; run again without it")
