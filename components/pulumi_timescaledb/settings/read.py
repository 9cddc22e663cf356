"""The stack's configuration as one frozen value, or every refusal at once."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..units import Interval
from .agreement import refusals
from .docker import DISTRIBUTION, Docker
from .ec2 import Ec2
from .key import PROJECT, BadSetting, keys_of
from .managed import Managed
from .retention import METRICS_DEFAULT, Retention
from .server import Server
from .target import Target, is_disposable

# the visible list of topics: field of Settings -> the dataclass that declares its keys, in the order of Pulumi.yaml
TOPICS: dict[str, type] = {
    "target": Target,
    "docker": Docker,
    "managed": Managed,
    "server": Server,
    "retention": Retention,
    "ec2": Ec2,
}


@dataclass(frozen=True)
class Settings:
    """All topics, and what follows from several of them. stack: the stack's name."""

    stack: str
    target: Target
    docker: Docker
    managed: Managed
    server: Server
    retention: Retention
    ec2: Ec2

    @property
    def environment(self) -> str:
        """The environment's name: as given, else the stack's."""
        return self.target.environment or self.stack

    @property
    def is_lasting(self) -> bool:
        """Whether the environment's data are protected: in all that are not known to be disposable."""
        return not is_disposable(self.environment)

    @property
    def name(self) -> str:
        """Base name of what is made on a Docker Engine, and begins the names on AWS."""
        return self.target.name or f"{PROJECT}-{self.environment}"

    @property
    def is_distribution(self) -> bool:
        """Whether our own image of distribution packages runs: Apache edition, with pg_cron preloaded."""
        return self.target.target != "managed" and self.docker.image_family == DISTRIBUTION

    @property
    def metrics_retention(self) -> Interval:
        """How long metrics are kept; without a value 2 years, or as long as the checks they are recomputed from."""
        default = self.retention.check_retention if self.is_distribution else METRICS_DEFAULT
        return self.retention.metrics_retention or default


def read(config: Mapping[str, str], stack: str) -> Settings:
    """Read a stack's configuration.

    Args:
        config: full keys (``lighthouse:port``) to texts; keys of other namespaces are left alone.
        stack: the stack's name, which names the environment unless a key does.

    Raises:
        BadSetting: with one sentence a line for each unknown key, wrong value and disagreement.
    """
    prefix = f"{PROJECT}:"
    given = {name.removeprefix(prefix): text for name, text in config.items() if name.startswith(prefix)}
    problems = _unknown(given)
    values: dict[str, dict[str, Any]] = {}
    for topic, declared in TOPICS.items():
        values[topic] = {}
        for key in keys_of(declared):
            try:
                values[topic][key.name] = key.parse(given.get(key.name))
            except BadSetting as error:
                problems.append(str(error))
    if problems:
        raise BadSetting("\n".join(problems))
    settings = Settings(stack, **{topic: declared(**values[topic]) for topic, declared in TOPICS.items()})
    disagreements = refusals(settings)
    if disagreements:
        raise BadSetting("\n".join(disagreements))
    return settings


def as_config(settings: Settings) -> dict[str, str]:
    """The configuration that reads back as these settings, every key written out."""
    return {
        key.full_name: key.form.write(getattr(getattr(settings, topic), key.name))
        for topic, declared in TOPICS.items()
        for key in keys_of(declared)
    }


def _unknown(given: Mapping[str, str]) -> list[str]:
    known = [key.name for declared in TOPICS.values() for key in keys_of(declared)]
    sentences = []
    for name in sorted(set(given) - set(known)):
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
        hint = f"did you mean {PROJECT}:{near[0]}?" if near else "the keys are listed in Pulumi.yaml"
        sentences.append(f"{PROJECT}:{name} is not a setting; {hint}")
    return sentences
