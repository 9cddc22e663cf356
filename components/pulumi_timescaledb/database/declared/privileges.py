"""The arguments that grants and default privileges share: to whom, which privileges, with grant option."""

from __future__ import annotations

from typing import Any

from .. import rights
from ..arguments import Arguments
from ..rights import ALL, PUBLIC


def to(arguments: Arguments) -> str:
    """The role that is granted to; "public" is everybody."""
    return arguments.name("to")


def privileges(arguments: Arguments, kind: str) -> tuple[str, ...]:
    """The whole set, sorted; ALL alone stands for whatever the server has."""
    given = arguments.raw("privileges")
    known = rights.known(kind)
    expected = f"a list of {', '.join(known)}, or of ALL alone"
    if not isinstance(given, (list, tuple)) or not all(isinstance(each, str) for each in given):
        raise arguments.wrong("privileges", expected)
    if not given:
        raise arguments.wrong("privileges", f"{expected}; none at all is declared with absent=True")
    if any("(" in each for each in given):
        raise arguments.wrong("privileges", f"{expected}; privileges on single columns belong in a migration")
    names = {" ".join(each.upper().split()).removesuffix(" PRIVILEGES") for each in given}
    names = {"TEMPORARY" if each == "TEMP" else each for each in names}
    if not names <= {ALL, *known} or (ALL in names and len(names) > 1):
        raise arguments.wrong("privileges", expected)
    return tuple(sorted(names))


def grantable(arguments: Arguments, role: str) -> bool:
    """Whether the role may grant them on; everybody may not (manual, GRANT)."""
    given = arguments.boolean("grantable", False) is True
    if given and role == PUBLIC:
        raise arguments.wrong("grantable", "false; PostgreSQL gives PUBLIC no grant options")
    return given


def render(live: Any) -> dict[str, Any]:
    """Privileges and grant option with live values, the default left out."""
    shown: dict[str, Any] = {"privileges": list(live.privileges)}
    if live.grantable:
        shown["grantable"] = live.grantable if isinstance(live.grantable, bool) else list(live.grantable)
    return shown
