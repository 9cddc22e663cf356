"""What goes wrong, in one sentence for the person who reads the preview."""

from __future__ import annotations

from typing import Any


class PluginError(Exception):
    """An operation that cannot be done; the message is one sentence with the remedy."""


class InitFailed(PluginError):
    """The resource exists but did not become ready; the engine records it and tries again on the next `up`."""

    def __init__(self, message: str, identifier: str, outputs: dict[str, Any], inputs: dict[str, Any]) -> None:
        super().__init__(message)
        self.identifier = identifier
        self.outputs = outputs
        self.inputs = inputs


def sentence(error: BaseException) -> str:
    """The Docker engine's own words, on one line."""
    text = getattr(error, "explanation", None) or str(error) or type(error).__name__
    return " ".join(str(text).split())
