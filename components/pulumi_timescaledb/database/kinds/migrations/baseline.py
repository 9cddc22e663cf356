"""Which tables an SQL file makes: read from its text, because they tell whether a baseline has been applied.

Only statements count; what stands in comments, strings and the bodies of functions does not. Temporary tables do not
count either, because no other session would ever find them.
"""

from __future__ import annotations

import re

from ...names import Relation, unquoted

# a comment, a string, a body in dollar quotes: all that may hold the text of a statement without being one
_OPAQUE = re.compile(
    r"--[^\n]*|/\*.*?\*/|(?<![\w\"])[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|(?<![\w\"])(\$(?:[A-Za-z_]\w*)?\$).*?\1|"
    r'(?P<name>"(?:[^"]|"")+")',
    re.DOTALL,
)
_WORD = r'(?:"(?:[^"]|"")+"|[^\W\d][\w$]*)'
_TABLE = re.compile(
    rf"\bCREATE\s+(?:UNLOGGED\s+)?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?({_WORD})(?:\s*\.\s*({_WORD}))?", re.IGNORECASE
)


def tables(script: str) -> tuple[str, ...]:
    """The tables that a script creates, as "schema.name" in order, each once; public where it names no schema."""
    bare = _OPAQUE.sub(lambda match: match["name"] or " '' ", script)
    found = (_relation(*match.groups()) for match in _TABLE.finditer(bare))
    return tuple(dict.fromkeys(str(each) for each in found))


def _relation(first: str, second: str | None) -> Relation:
    names = [unquoted(each) if each.startswith('"') else each.lower() for each in (first, second) if each]
    return Relation(*names) if len(names) == 2 else Relation("public", names[0])
