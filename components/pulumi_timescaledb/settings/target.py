"""Where the database runs, and what the environment is called."""

from __future__ import annotations

from dataclasses import dataclass

from .forms import WORD, choice, optional
from .key import setting


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
        optional(WORD), "", "Name of the environment, such as dev or prod; empty is the stack's name."
    )
    name: str | None = setting(
        optional(WORD), "", "Base name of container, network and volume; empty is lighthouse-<environment>."
    )
