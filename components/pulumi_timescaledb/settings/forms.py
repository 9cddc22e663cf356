"""The forms a key's text can have. Each says what to write, for the refusal."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .. import ways
from ..units import Interval
from .key import Form

_REFERENCE = r"(file|env|ssm|secretsmanager):\S.*"
_SIZE = r"[1-9]\d*(\.\d+)?\s*[KMGT]i?B"


def pattern(expression: str, expected: str) -> Form:
    """Text that matches a regular expression as a whole."""

    def read(text: str) -> str:
        if not re.fullmatch(expression, text):
            raise ValueError
        return text

    return Form("string", expected, read)


def choice(*words: str) -> Form:
    """One of a few words."""
    return pattern("|".join(map(re.escape, words)), f"one of {', '.join(words)}")


def whole_number(lowest: int, highest: int) -> Form:
    """A whole number within bounds, both included."""

    def read(text: str) -> int:
        if not re.fullmatch(r"-?[0-9]{1,9}", text) or not lowest <= int(text) <= highest:
            raise ValueError
        return int(text)

    return Form("integer", f"a whole number from {lowest} to {highest}", read)


def optional(form: Form) -> Form:
    """The same form, where the empty text means "not given" and gives None."""

    def read(text: str) -> Any:
        return None if text == "" else form.read(text)

    def write(value: Any) -> str:
        return "" if value is None else form.write(value)

    return Form(form.schema_type, f"{form.expected}, or nothing", read, write)


def words(expression: str, expected: str) -> Form:
    """Words that each match a regular expression, with spaces between them; the empty text is no word."""

    def read(text: str) -> tuple[str, ...]:
        found = tuple(text.split())
        if not all(re.fullmatch(expression, word) for word in found):
            raise ValueError
        return found

    return Form("string", f"{expected}, or nothing", read, " ".join)


def _truth(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError
    return text == "true"


def _duration() -> Callable[[str], Interval]:
    return lambda text: Interval.duration(text, "duration")  # BadInterval is a ValueError


TRUTH = Form("boolean", "true or false", _truth, lambda value: "true" if value else "false")
DURATION = Form("string", 'a duration such as "7 days"', _duration())
SIZE = pattern(_SIZE, 'a size with its unit such as "1GiB"')
WORD = pattern(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}", "letters, digits and . _ -, at most 63, a letter or digit first")
IDENTIFIER = pattern(r"[A-Za-z0-9_][A-Za-z0-9_.@$-]{0,62}", "a name of at most 63 letters, digits and _ . @ $ -")
HOST = pattern(r"[A-Za-z0-9]([A-Za-z0-9.:_-]{0,252})|::1", "a host name or an IP address, without port or user")
WAY = pattern(ways.TUNNEL, ways.TUNNEL_EXPECTED)
PAGE = pattern(
    r"(?!.{301})https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~%/?&=+,:@-]*)?",
    "an https address without # such as https://example.com/runbooks",
)
IMAGE = pattern(r"\S{1,512}", "an image reference without spaces")
REFERENCE = pattern(
    _REFERENCE, "file:<path>, env:<NAME>, ssm:<parameter> or secretsmanager:<secret>, never the password itself"
)
PORT = whole_number(1, 65535)
