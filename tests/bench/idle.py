"""A provider that does nothing: the engine's own floor for the same program and the same plugins."""

from __future__ import annotations

from typing import Any

from pulumi.dynamic import CheckResult, CreateResult, DiffResult, ReadResult, ResourceProvider, UpdateResult


class Idle(ResourceProvider):
    """Accepts everything, changes nothing, reads nothing."""

    serialize_as_secret_always = False

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """As given."""
        return CheckResult(news, [])

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Never a difference."""
        return DiffResult(changes=False)

    def create(self, props: dict[str, Any]) -> CreateResult:
        """As given, with the outputs that the program passes on."""
        return CreateResult("idle", {**props, "system_identifier": "1", "edition": "apache"})

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """As it was."""
        return ReadResult(id_, props)

    def update(self, _id: str, _olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        """As given."""
        return UpdateResult({**news, "system_identifier": "1", "edition": "apache"})
