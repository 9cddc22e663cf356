"""One plan of a stack: the plans of its databases and the engine's steps, under one digest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ...database.plan import document
from ...database.plan.document import Entry
from . import cost
from . import steps as engine_steps
from .cost import Cost
from .engine import Preview
from .steps import Step


@dataclass(frozen=True)
class Merged:
    """stack: its name. digest: of all of it. entries: the databases. elsewhere: what no database's plan describes.
    adopted: objects taken over as they are, by component. errors: what stopped the engine that no refusal tells.
    complete: whether the engine got to the end; if not, more may change elsewhere than is known.
    cost: of a month, before and after; None where nobody bills for the stack or nothing is known."""

    stack: str
    digest: str
    entries: Sequence[Entry]
    elsewhere: Sequence[Step]
    adopted: dict[str, list[str]]
    errors: Sequence[str]
    complete: bool
    cost: Cost | None = None

    @property
    def refused(self) -> bool:
        """Whether a database's plan is refused."""
        return any(entry.refusals for entry in self.entries)

    @property
    def unread(self) -> bool:
        """Whether a database was not read, so that nothing is known of its drift."""
        return any(not entry.read for entry in self.entries)

    @property
    def empty(self) -> bool:
        """Whether a run would change nothing at all."""
        return (
            self.complete and not self.elsewhere and not any(entry.changes or entry.released for entry in self.entries)
        )


def merge(stack: str | None, preview: Preview) -> Merged:
    """Put both together; nothing is read."""
    rows = engine_steps.rows(preview.steps)
    entries = sorted(preview.entries, key=lambda entry: entry.component)
    # a preview that stopped has seen as many steps as happened to run beside the refused one
    rest = engine_steps.fingerprint(preview.steps) if preview.complete else ["stopped"]
    told = {refusal.sentence for entry in entries for refusal in entry.refusals}
    told |= {" ".join(sentence.split()) for sentence in told}
    errors = [each for each in preview.errors if each not in told and each != "preview failed"]
    return Merged(
        stack or _stack(preview) or "(selected)",
        document.whole(entries, rest),
        entries,
        engine_steps.elsewhere(rows, entries),
        {entry.component: found for entry in entries if (found := engine_steps.adopted(rows, entry))},
        errors,
        preview.complete,
    )


def summary(merged: Merged) -> str:
    """One line: what is refused, how much changes inside the databases, how much elsewhere."""
    rows = [row for entry in merged.entries for row in entry.changes]
    words = []
    refusals = sum(len(entry.refusals) for entry in merged.entries)
    if refusals:
        words.append(f"{refusals} refused")
    if merged.entries:
        inside = plural(len(rows), "change") if rows else "no change"
        classes = [f"{count} {name}" for name in _CLASSES if (count := sum(row.change_class == name for row in rows))]
        drifted = sum(row.origin != "declared" for row in rows)
        details = ", ".join(classes) + (f"; {drifted} of drift" if drifted else "")
        words.append(f"database: {inside}" + (f" ({details})" if details else ""))
    counted = [f"{count} to {op}" for op, count in engine_steps.counts(merged.elsewhere).items()]
    words.append(f"elsewhere: {', '.join(counted) or 'no change'}{'' if merged.complete else ' so far'}")
    return " · ".join(words)


_CLASSES = ("destroys data", "rebuild", "impossible", "future data only", "in place")


def plural(count: int, noun: str) -> str:
    """``1 change``, ``2 changes``."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def as_json(merged: Merged) -> dict[str, Any]:
    """The whole plan for machines."""
    return {
        "stack": merged.stack,
        "digest": merged.digest,
        "refused": merged.refused,
        "complete": merged.complete,
        "databases": [
            {**document.to_json(entry), "adopted": merged.adopted.get(entry.component, [])} for entry in merged.entries
        ],
        "elsewhere": {
            "counts": engine_steps.counts(merged.elsewhere),
            "steps": [
                {**vars(step), "properties": list(step.properties), "because": list(step.because)}
                for step in merged.elsewhere
            ],
        },
        "cost": None if merged.cost is None else cost.as_json(merged.cost),
        "errors": list(merged.errors),
    }


def _stack(preview: Preview) -> str:
    urns = (str(step.get("urn", "")) for step in preview.steps)
    return next((urn.split("::")[0].rpartition(":")[2] for urn in urns if urn.startswith("urn:pulumi:")), "")
