"""Trying the declarations on the very database they describe: a first preview must find nothing to do or to refuse.

What would differ or be refused (a rule forbids what the server allowed, a text that the server spells another way) is
left out: the argument where that is enough, else the object; and it is named with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...database import declared as declarations
from ...database.ddl.item import Left
from ...database.plan import plan, render
from ...database.snapshot import Reader
from ...errors import Refusal

Declaration = Mapping[str, Any]


class Trial:
    """One database on which declarations are tried."""

    def __init__(self, reader: Reader, *, apache_fallback: bool) -> None:
        """Nothing is written; definitions are compared in transactions that are rolled back."""
        self._reader, self._fallback = reader, apache_fallback

    def troubles(self, objects: Sequence[Declaration]) -> list[str]:
        """What a preview would refuse or do, a sentence each."""
        try:
            parsed = [declarations.read(each) for each in objects]
            made = plan.make(self._reader, parsed, apache_fallback=self._fallback, acknowledged={})
        except Refusal as error:
            return [str(error)]
        lines = [line for changes in made.changes.values() for line in render.lines(changes)]
        return [*made.refusals, *(f"it would not be found as declared: {line}" for line in lines)]


def fit(trial: Trial, objects: Sequence[Declaration]) -> tuple[list[Declaration], list[Left]]:
    """The declarations that hold, and what had to go."""
    left: list[Left] = []
    sound: list[Declaration] = []
    if not trial.troubles(objects):
        return list(objects), []
    for each in objects:  # one by one first, because one that cannot be read hides all others
        found, gone = _mend(trial, [each], 0)
        sound += found
        left += gone
    while troubles := trial.troubles(sound):
        place = _place(troubles[0], sound)
        sound, gone = _mend(trial, sound, place)
        left += gone
    return sound, left


def _mend(trial: Trial, objects: list[Declaration], place: int) -> tuple[list[Declaration], list[Left]]:
    """The objects with one of them mended or taken out, if there is trouble."""
    troubles = trial.troubles(objects)
    if not troubles:
        return objects, []
    before, own, after = objects[:place], objects[place], objects[place + 1 :]
    name = _title(own)
    for argument, shorter in _shorter(own):
        rest = trial.troubles([*before, shorter, *after])
        if troubles[0] not in rest and len(rest) < len(troubles):
            return [*before, shorter, *after], [Left(f"{argument} of {name}", _reason(troubles[0], name))]
    return [*before, *after], [Left(name, _reason(troubles[0], name))]


def _reason(trouble: str, name: str) -> str:
    """The sentence without the name, which stands before it."""
    for start in (name, name.partition(" ")[2], name.rpartition(" aggregate ")[2]):
        if trouble.startswith(f"{start}: "):
            return trouble.removeprefix(f"{start}: ")
    return trouble


def _shorter(declaration: Declaration) -> Iterator[tuple[str, Declaration]]:
    """The declaration without each of its arguments in turn, the last first: policies come after what they serve.

    Not without one that it needs: then the whole goes, for the reason that was found.
    """
    for argument in reversed([key for key in declaration if key != "kind"]):
        shorter = {key: value for key, value in declaration.items() if key != argument}
        try:
            declarations.read(shorter)
        except Refusal:
            continue
        yield argument, shorter


def _place(trouble: str, objects: Sequence[Declaration]) -> int:
    """Whose trouble it is: the object whose name the sentence begins with, else any that it names, else the last."""
    names = [declarations.identify(each).key for each in objects]
    for where in (trouble.partition(": ")[0], trouble):
        places = [place for place, name in enumerate(names) if name in where]
        if places:
            return max(places, key=lambda place: len(names[place]))
    return len(objects) - 1


def _title(declaration: Declaration) -> str:
    return title(declarations.identify(declaration))


def title(declared: declarations.Declared) -> str:
    """As people call it: row level security public.users."""
    return f"{declared.kind.replace('_', ' ')} {declared.key}"
