"""Reading declared arguments: each is taken once by name and type; what is left over is refused by name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from ..errors import Refusal
from ..units import Interval
from .names import identifier

ABSENT = "absent"
UNBOUNDED = "unbounded"


class BadArgument(Refusal):
    """An argument is missing, misspelt or of the wrong form; the sentence names it and what to write."""


class Arguments:
    """One dictionary of arguments and the name under which messages show it ("hypertable public.t, retention")."""

    def __init__(self, values: Mapping[str, Any], where: str) -> None:
        """Take the values; a key whose value is None counts as omitted, as the engine drops such keys."""
        if not isinstance(values, Mapping):
            raise BadArgument(f"{where}: write a dictionary of arguments")
        self._values = {key: value for key, value in values.items() if value is not None}
        self._taken: set[str] = set()
        self.where = where

    def has(self, name: str) -> bool:
        """Whether the argument was given."""
        return name in self._values

    def raw(self, name: str, default: Any = None) -> Any:
        """The value as it is."""
        self._taken.add(name)
        return self._values.get(name, default)

    def text(self, name: str, default: str | None = None) -> str | None:
        """Text that is not empty."""
        value = self.raw(name, default)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(name, "text that is not empty")
        return value

    def name(self, name: str, default: str | None = None) -> str:
        """An SQL identifier; required unless it has a default."""
        return identifier(self.raw(name, default), f"{self.where}, {name}")

    def required(self, name: str) -> str:
        """Text that must be given."""
        value = self.text(name)
        if value is None:
            raise BadArgument(f"{self.where}: {name} is missing")
        return value

    def boolean(self, name: str, default: bool | None = None) -> bool | None:
        """True or false."""
        value = self.raw(name, default)
        if value is not None and not isinstance(value, bool):
            raise self.wrong(name, "true or false")
        return value

    def count(self, name: str, lowest: int, highest: int, default: int | None = None) -> int | None:
        """A whole number within bounds; the engine hands numbers over as floats."""
        value = self.raw(name, default)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not float(value).is_integer():
            raise self.wrong(name, "a whole number")
        if not lowest <= value <= highest:
            raise self.wrong(name, f"a number from {lowest} to {highest}")
        return int(value)

    def duration(self, name: str, default: str | None = None) -> Interval | None:
        """A duration longer than zero, such as "7 days"."""
        value = self.text(name, default)
        return None if value is None else Interval.duration(value, f"{self.where}, {name}")

    def lag(self, name: str, default: str | None = None) -> Interval | int | None:
        """A duration, or for integer time a text of digits such as "86400"."""
        value = self.raw(name, default)
        if isinstance(value, str) and value.strip().isdecimal() and int(value):  # "0" is refused below
            return int(value)
        return self.duration(name, default)

    def names(self, name: str) -> tuple[str, ...] | None:
        """A list of identifiers."""
        value = self.raw(name)
        if value is None:
            return None
        if not isinstance(value, (list, tuple)):
            raise self.wrong(name, "a list of names")
        return tuple(identifier(each, f"{self.where}, {name}") for each in value)

    def each(self, name: str) -> Iterable[Arguments] | None:
        """A list of dictionaries, each with its place in the message."""
        value = self.raw(name)
        if value is None:
            return None
        if not isinstance(value, (list, tuple)):
            raise self.wrong(name, "a list of dictionaries")
        return [Arguments(each, f"{self.where}, {name}[{index}]") for index, each in enumerate(value)]

    def inner(self, name: str) -> Arguments | None:
        """A nested dictionary; None when omitted. ``{"absent": True}`` is asked for with :meth:`absent`."""
        value = self.raw(name)
        return None if value is None else Arguments(value, f"{self.where}, {name}")

    def absent(self) -> bool:
        """Whether this dictionary declares absence; then nothing else may stand in it."""
        if self.boolean(ABSENT) is not True:
            return False
        rest = set(self._values) - {ABSENT} - self._taken
        if rest:
            raise BadArgument(f"{self.where}: absent stands beside {', '.join(sorted(rest))}; keep one of them")
        return True

    def finish(self) -> None:
        """Refuse what nobody took."""
        for name in self._values:
            if name not in self._taken:
                near = difflib.get_close_matches(name, self._taken, n=1)
                hint = f"did you mean {near[0]}?" if near else f"write one of {', '.join(sorted(self._taken))}"
                raise BadArgument(f'{self.where}: "{name}" is not an argument; {hint}')

    def wrong(self, name: str, expected: str) -> BadArgument:
        """The refusal of a value of the wrong form."""
        return BadArgument(f"{self.where}: {name} is not right; write {expected}")
