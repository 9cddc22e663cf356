"""Values as Python text in the layout of the project's own formatter: 120 columns, double quotes, trailing commas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

WIDTH = 120
STEP = 4
BACKSLASH = "\\"


class Name(str):
    """A text that is a name in the program and not a string."""


def call(function: str, arguments: Mapping[str, Any], indent: int = 0, after: int = 0) -> str:
    """A call, on one line where it fits; arguments: by keyword, or by place where the keyword is blank. after: how
    many characters follow its last line."""
    pairs = [(f"{key}=" if key.strip() else "", value) for key, value in arguments.items()]
    return _bracketed(f"{function}(", pairs, ")", indent, after)


def literal(value: Any, indent: int = 0, before: int = 0, after: int = 0) -> str:
    """A value; indent: of its first line. before, after: how many characters stand around it there."""
    if isinstance(value, Name):
        return str(value)
    if isinstance(value, str):
        return text(value)
    if isinstance(value, Mapping):
        return _bracketed(
            "{", [(f"{text(str(key))}: ", each) for key, each in value.items()], "}", indent, after, before
        )
    if isinstance(value, Sequence):
        return _bracketed("[", [("", each) for each in value], "]", indent, after, before)
    return repr(value)


def text(value: str) -> str:
    """A string, in the quotes that need less escaping; what cannot be printed is escaped."""
    quote = "'" if value.count('"') > value.count("'") else '"'
    return quote + "".join(_character(each, quote) for each in value) + quote


def block(value: str) -> str:
    """A text of several lines in three double quotes, where it can stand so; else as a string on one line."""
    plain = all(each == "\n" or each.isprintable() for each in value)
    if not plain or '"""' in value or value.endswith(('"', "\\")):
        return text(value)
    return f'{"r" if BACKSLASH in value else ""}"""{value}"""'


def _character(character: str, quote: str) -> str:
    if character in (quote, "\\"):
        return f"\\{character}"
    return character if character.isprintable() else repr(character)[1:-1]


def _bracketed(start: str, pairs: Sequence[tuple[str, Any]], end: str, indent: int, after: int, before: int = 0) -> str:
    flat = start + ", ".join(head + literal(value, WIDTH) for head, value in pairs) + end
    if not pairs or ("\n" not in flat and indent + before + len(flat) + after <= WIDTH) or indent >= WIDTH:
        return flat
    inner = indent + STEP
    rows = (f"{' ' * inner}{head}{literal(value, inner, len(head), 1)},\n" for head, value in pairs)
    return f"{start}\n{''.join(rows)}{' ' * indent}{end}"
