"""What a check says: how bad, about what, what is wrong and what to do."""

from __future__ import annotations

from dataclasses import dataclass

ERROR, WARNING, NOTE = "error", "warning", "note"
ORDER = (ERROR, WARNING, NOTE)


@dataclass(frozen=True)
class Finding:
    """severity: "error" loses or leaks data or does not work, "warning" may, "note" is for information.

    remedy: the command or the SQL to type, or what to look at. check: the name of the check that says so.
    """

    severity: str
    object: str
    what: str
    remedy: str
    check: str = ""
