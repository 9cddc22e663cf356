"""Reading declared arguments: each is taken once by name and type; what is left over is refused by name."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Any

from ..errors import Refusal
from ..units import Interval
from .names import BadName, Relation, identifier

ABSENT = "absent"
UNBOUNDED = "unbounded"
DURATION = 'a count and a unit in quotes such as "7 days"'
LAG = f'{DURATION}, or digits in quotes such as "86400" where the time column is a number'
_DIGITS = re.compile(r"\s*[0-9]+\s*\Z")


class BadArgument(Refusal):
    """An argument is missing, misspelt or of the wrong form; the sentence names it and what to write."""


class Arguments:
    """One dictionary of arguments and the name under which messages show it ("hypertable public.t, retention")."""

    def __init__(self, values: Mapping[str, Any], where: str) -> None:
        """Take the values; a key whose value is None counts as omitted, as the engine drops such keys."""
        if not isinstance(values, Mapping):
            raise BadArgument(f"{where} is {form(values)}; write a dictionary of its arguments")
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

    def peek(self, name: str) -> Any:
        """The value as it is, left for somebody to take."""
        return self._values.get(name)

    def text(self, name: str, default: str | None = None) -> str | None:
        """Text that is not empty."""
        value = self.raw(name, default)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            raise self.other(name, "text in quotes")
        return value

    def name(self, name: str, default: str | None = None) -> str:
        """An SQL identifier; required unless it has a default."""
        return identifier(self.raw(name, default), f"{self.where}, {name}")

    def required(self, name: str, expected: str) -> str:
        """Text that must be given; expected: what to write, for the refusal."""
        value = self.raw(name)
        if value is None:
            raise BadArgument(f"{self.where}: {name} is missing; write {expected}")
        if not isinstance(value, str) or not value.strip():
            raise self.other(name, expected)
        return value

    def boolean(self, name: str, default: bool | None = None) -> bool | None:
        """True or false."""
        value = self.raw(name, default)
        if value is not None and not isinstance(value, bool):
            raise self.other(name, "true or false, without quotes")
        return value

    def count(self, name: str, lowest: int, highest: int, default: int | None = None) -> int | None:
        """A whole number within bounds; the engine hands numbers over as floats."""
        value = self.raw(name, default)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self.other(name, "a whole number, without quotes")
        if not float(value).is_integer():
            raise self.wrong(name, "a whole number")
        if not lowest <= value <= highest:
            raise self.wrong(name, f"a number from {lowest} to {highest}")
        return int(value)

    def duration(self, name: str, default: str | None = None) -> Interval | None:
        """A duration longer than zero, such as "7 days"."""
        value = self.raw(name, default)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            raise self.other(name, DURATION)
        return Interval.duration(value, f"{self.where}, {name}")

    def lag(self, name: str, default: str | None = None) -> Interval | int | None:
        """A duration, or for integer time a text of digits such as "86400"."""
        value = self.raw(name, default)
        if isinstance(value, str) and _DIGITS.match(value) and int(value):  # "0" is refused below
            return int(value)
        if value is not None and not isinstance(value, str):
            raise self.other(name, LAG)
        return self.duration(name, default)

    def relation(self, name: str) -> str | None:
        """A relation or routine, "name" or "schema.name", as PostgreSQL quotes it."""
        value = self.text(name)
        if value is None:
            return None
        try:
            found = Relation.parse(value)
        except BadName:  # what stands there may be a secret given to the wrong argument: not repeated
            raise self.wrong(name, "name or schema.name") from None
        for each in found:
            identifier(each, f"{self.where}, {name}")
        return str(found)

    def names(self, name: str) -> tuple[str, ...] | None:
        """A list of identifiers."""
        value = self.raw(name)
        if value is None:
            return None
        if not isinstance(value, (list, tuple)):
            raise self.other(name, 'a list of names such as ["device"]')
        return tuple(identifier(each, f"{self.where}, {name}[{index}]") for index, each in enumerate(value))

    def each(self, name: str) -> Iterable[Arguments] | None:
        """A list of dictionaries, each with its place in the message."""
        value = self.raw(name)
        if value is None:
            return None
        if not isinstance(value, (list, tuple)):
            raise self.other(name, "a list of dictionaries")
        return [Arguments(each, f"{self.where}, {name}[{index}]") for index, each in enumerate(value)]

    def inner(self, name: str) -> Arguments | None:
        """A nested dictionary; None when omitted. ``{"absent": True}`` is asked for with :meth:`absent`."""
        value = self.raw(name)
        return None if value is None else Arguments(value, f"{self.where}, {name}")

    def absent(self, *barred: str) -> bool:
        """Whether this dictionary declares absence; then nothing but its names may stand in it. barred: arguments that
        were read with the names and are none."""
        if self.boolean(ABSENT) is not True:
            return False
        rest = set(self._values) - {ABSENT} - self._taken.difference(barred)
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
        """The refusal of a value that is of the right form and still not one."""
        return BadArgument(f"{self.where}: {name} is not right; write {expected}")

    def other(self, name: str, expected: str) -> BadArgument:
        """The refusal of a value of another form, which is named; the value may be a secret and is not."""
        return BadArgument(f"{self.where}: {name} is {form(self._values.get(name))}; write {expected}")


def form(value: object) -> str:
    """What a value is, in the words of somebody who wrote it in a program or in YAML."""
    if isinstance(value, str):
        return "text" if value.strip() else "empty"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, (int, float)):
        return "a number"
    if isinstance(value, Mapping):
        return "a dictionary"
    return "a list" if isinstance(value, (list, tuple)) else "nothing"
