"""What a rule is: a name, a reason, a pure function that finds what is wrong, and the options it reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from timescaledb_policy.resource import Resource

Config = Mapping[str, Any]


class Level(Enum):
    """What a finding does where the pack's configuration says nothing else."""

    MANDATORY = "mandatory"
    """The preview and the update fail."""
    ADVISORY = "advisory"
    """It is printed."""


class Severity(Enum):
    """How bad a finding is, for reports that sort."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


@dataclass(frozen=True)
class Finding:
    """What is wrong and what to do, as two halves of one sentence; about: a resource of the stack, if one."""

    what: str
    remedy: str
    about: Resource | None = None

    def sentence(self, resource: Resource | None) -> str:
        """What, which resource, what to do."""
        subject = self.about or resource
        name = f'"{subject.name}"' if subject else "the stack"
        return f"{name} {self.what}; {self.remedy}"


@dataclass(frozen=True)
class Option:
    """An option of a rule: its default, its JSON schema, what it is."""

    default: Any
    schema: Mapping[str, Any]
    description: str


@dataclass(frozen=True)
class Rule:
    """What every rule has.

    Attributes:
        name: in reports and in the pack's configuration; never changed, because configurations hold it.
        why: one sentence: what is asked for, and the reason.
        options: by name; the pack's configuration sets them.
    """

    name: str
    why: str
    level: Level = field(default=Level.MANDATORY, kw_only=True)
    severity: Severity = field(default=Severity.HIGH, kw_only=True)
    options: Mapping[str, Option] = field(default_factory=dict, kw_only=True)

    def config(self, given: Config) -> dict[str, Any]:
        """The options: what is given, else the defaults."""
        return {name: given.get(name, option.default) for name, option in self.options.items()}


@dataclass(frozen=True)
class ResourceRule(Rule):
    """A rule over one resource's inputs, before it is made. types: tokens it looks at; empty for all."""

    types: tuple[str, ...]
    look: Callable[[Resource, Config], Iterable[Finding]]

    def findings(self, resource: Resource, given: Config | None = None) -> list[str]:
        """The sentences about one resource."""
        if self.types and resource.type not in self.types:
            return []
        return [each.sentence(resource) for each in self.look(resource, self.config(given or {}))]


@dataclass(frozen=True)
class StackRule(Rule):
    """A rule over all resources of a stack together."""

    look: Callable[[Sequence[Resource], Config], Iterable[Finding]]

    def findings(self, stack: Sequence[Resource], given: Config | None = None) -> list[tuple[Resource | None, str]]:
        """The sentences, each with the resource it is about."""
        return [(each.about, each.sentence(None)) for each in self.look(stack, self.config(given or {}))]
