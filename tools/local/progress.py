"""Pulumi's own lines, made calm: what it works on, the sentence when it fails, and whether anything changed."""

from __future__ import annotations

import re

from tools.local.failure import sentence
from tools.local.say import Step

_WORK = re.compile(
    r"^ [-+~@ ]{1,3} *(?P<kind>[\w/.-]+:[\w:/.-]+) (?P<name>\S+) +"
    r"(?P<verb>creating|updating|deleting|replacing|refreshing|reading|importing)\b"
)
_COUNT = re.compile(
    r"^ +(?:[-+~=]+ ?)?(?P<count>\d+) "
    r"(?P<what>created|updated|deleted|replaced|imported|discarded|unchanged)"
)


class Progress:
    """Feed it every line of a `pulumi up` or `destroy`."""

    def __init__(self, step: Step) -> None:
        self._step = step
        self._counts: dict[str, int] = {}
        self._errors: list[str] = []
        self._told: set[str] = set()
        self._last = ""
        self._in_diagnostics = False

    def line(self, text: str) -> None:
        """Take one line."""
        if text and not text.startswith((" ", "Diagnostics:")):
            self._in_diagnostics = False
        if text.startswith("Resources:"):
            self._counts.clear()  # the refresh has a summary of its own; the last one counts
        if found := _COUNT.match(text):
            self._counts[found["what"]] = int(found["count"])
        elif text.startswith("Diagnostics:"):
            self._in_diagnostics = True
        elif self._in_diagnostics and "error:" in text:
            self._errors.append(text.partition("error:")[2].strip())
        elif self._in_diagnostics and self._errors and text.startswith("      ") and not self._errors[-1]:
            self._errors[-1] = text.strip()
        elif self._in_diagnostics and text.startswith("    ") and text.strip():
            self._last = text.strip()
            self._tell(self._last)
        elif text.startswith("error:"):
            self._errors.append(text.removeprefix("error:").strip())
        elif found := _WORK.match(text):
            if found["verb"] == "refreshing" and not self._step.live:
                return  # one line for every object, none of them news
            doing = f"{found['verb']} {found['kind'].split(':')[-1]} {found['name']}"
            if doing not in self._told:  # the engine repeats components whenever a child of theirs ends
                self._told.add(doing)
                self._step.doing(doing)

    def _tell(self, text: str) -> None:
        """Pass on, once, what program and provider have to say; the engine's warning about plugins is no news."""
        if text not in self._told and "using pulumi-" not in text:
            self._told.add(text)
            self._step.note(text.removeprefix("note: "))

    @property
    def changed(self) -> bool:
        """True when anything was created, updated, replaced or deleted."""
        return any(count for what, count in self._counts.items() if what != "unchanged")

    def summary(self) -> str:
        """Pulumi's counts in one line."""
        parts = [f"{count} {what}" for what, count in self._counts.items() if count]
        return ", ".join(parts) if self.changed else "nothing changed"

    def why(self) -> str:
        """The sentence of a failure: the first error that says more than that the update failed."""
        idle = ("update failed", "preview failed", "Running program")
        telling = [text for text in self._errors if text and not text.startswith(idle)]
        found = (telling or self._errors or ["Pulumi gave no reason."])[0]
        return sentence(f"{found} {self._last}" if found.endswith(":") else found)  # a traceback: its last line
