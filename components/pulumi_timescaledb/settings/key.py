"""One configuration key: declared once, as a field of its topic's dataclass, with form, default and description.

``Pulumi.yaml`` repeats type, default and description for people and for the engine; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any

from ..errors import Refusal

PROJECT = "lighthouse"


class BadSetting(Refusal):
    """One key or several cannot be used; one sentence each, none of which repeats a value (it may be a secret)."""


@dataclass(frozen=True)
class Form:
    """How a key's text is read.

    schema_type: its type in ``Pulumi.yaml``. expected: ends the refusal, after "write". read: text to value, raising
    ValueError. write: the value as text again.
    """

    schema_type: str
    expected: str
    read: Callable[[str], Any]
    write: Callable[[Any], str] = str


@dataclass(frozen=True)
class Key:
    """A key's declaration. name: without the project. default: as it stands in ``Pulumi.yaml``; "" is "not given"."""

    name: str
    form: Form
    default: str | int | bool
    description: str

    @property
    def full_name(self) -> str:
        """The key as ``pulumi config set`` takes it."""
        return f"{PROJECT}:{self.name}"

    @property
    def default_text(self) -> str:
        """The default as the engine hands it over."""
        return str(self.default).lower() if isinstance(self.default, bool) else str(self.default)

    def parse(self, text: str | None) -> Any:
        """The value of a text, or of the default when there is none; raises :class:`BadSetting`."""
        try:
            return self.form.read(self.default_text if text is None else text)
        except ValueError:
            raise BadSetting(f"{self.full_name} is not right; write {self.form.expected}") from None


def setting(form: Form, default: str | int | bool, description: str) -> Any:
    """Declare a key as a dataclass field of the same name."""
    return field(metadata={"form": form, "default": default, "description": description})


def keys_of(topic: type) -> tuple[Key, ...]:
    """The keys that a topic's dataclass declares, in its order."""
    return tuple(Key(name=each.name, **each.metadata) for each in fields(topic))
