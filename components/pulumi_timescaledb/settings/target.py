"""Where the database runs, and what the environment is called."""

from __future__ import annotations

from dataclasses import dataclass

from .forms import WORD, choice, optional
from .key import setting

DISPOSABLE = ("dev", "local", "test")
"""Environments whose data may be lost; the policy pack exempts the same ones."""


def is_disposable(environment: str) -> bool:
    """Whether an environment's data may be lost. Any other word, ``production`` or a slip such as ``porduction``, names
    one that lasts: a volume too many is noticed on the bill, one too few when it is gone."""
    return environment in DISPOSABLE


@dataclass(frozen=True)
class Target:
    """target: docker, managed or ec2. environment: dev, prod, local ...; None is the stack's name.
    name: base name of container, network and volume; None is made of project and environment."""

    target: str = setting(
        choice("docker", "managed", "ec2"),
        "docker",
        "Where the database runs: docker (a Docker Engine), managed (a server that exists) or ec2.",
    )
    environment: str | None = setting(
        optional(WORD),
        "",
        "Name of the environment; empty is the stack's name. All but dev, local and test are protected.",
    )
    name: str | None = setting(
        optional(WORD),
        "",
        "Base name of what is made; empty is lighthouse-<environment>. On AWS at most 28 characters.",
    )
