"""Where runbooks are read: a page of the user's own, with a heading for each alarm and rule; pure."""

from __future__ import annotations

import re
from typing import Any

from ..server import BadValue

LONGEST = 300  # characters; a description at AWS has 1024
# nothing that would end a link in Markdown, or a value in a mail of EventBridge
_PAGE = re.compile(r"https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~%/?&=+,:@-]*)?")


def page(value: Any) -> str | None:
    """The address of the page, or None where there is none.

    Raises:
        BadValue: for what is no address that a link could lead to.
    """
    if value is None:
        return None
    if not isinstance(value, str) or not _PAGE.fullmatch(value) or len(value) > LONGEST:
        remedy = f'write its https address without #, such as "https://example.com/runbooks", at most {LONGEST} letters'
        raise BadValue("runbooks", "is not the address of a page", remedy)
    return value


def link(runbooks: str, heading: str) -> str:
    """The address of a heading on the page."""
    return f"{runbooks}#{heading}"


def told(*sentences: str, runbooks: str | None, heading: str) -> str:
    """What somebody is told: the sentences, and where there is a page the link to its heading."""
    return " ".join([*sentences, *([link(runbooks, heading)] if runbooks else [])])
