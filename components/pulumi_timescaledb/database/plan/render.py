"""How a plan reads: one line a change, in the words of a preview."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..kind import Change, text

_SIGNS = {"create": "+", "alter": "~", "remove": "-"}
_LONGEST = 60
_CHECKSUM = re.compile(r"[0-9a-f]{64}\Z")


def line(change: Change) -> str:
    """ "~ retention public.t drop_after: 90 days => 30 days [destroys data: 12 chunks, ...]"."""
    cost = change.change_class.value + (f": {change.loss}" if change.loss else "")
    note = f" ({change.note})" if change.note else ""
    return f"{brief(change)} [{cost}]{note}"


def brief(change: Change) -> str:
    """ "~ retention public.t drop_after: 90 days => 30 days"."""
    field = f" {change.field}" if change.field else ""
    if change.action == "alter":
        values = f"{_short(change.old)} => {_short(change.new)}"
    else:
        values = _short(change.new if change.action == "create" else change.old)
    return f"{_SIGNS[change.action]} {change.kind} {change.object}{field}: {values}"


def lines(changes: Sequence[Change]) -> list[str]:
    """Every change on its line."""
    return [line(change) for change in changes]


def _short(value: object) -> str:
    shown = " ".join(text(value).split())
    if _CHECKSUM.match(shown):
        return shown[:12]
    return shown if len(shown) <= _LONGEST else shown[: _LONGEST - 3] + "..."
