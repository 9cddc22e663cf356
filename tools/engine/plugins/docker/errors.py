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


def reason(error: BaseException) -> str:
    """Why no connection came about: the system's own words ("No such file or directory"), else the SDK's."""
    found: BaseException | None = error
    while found is not None:
        for one in (found, *found.args):
            if isinstance(one, OSError) and one.strerror:
                return one.strerror
            if isinstance(one, BaseException):
                for inner in one.args:
                    if isinstance(inner, OSError) and inner.strerror:
                        return inner.strerror
        found = found.__cause__ or found.__context__
    return sentence(error)


def sentence(error: BaseException) -> str:
    """The Docker engine's own words, on one line."""
    text = getattr(error, "explanation", None) or str(error) or type(error).__name__
    return " ".join(str(text).split())
