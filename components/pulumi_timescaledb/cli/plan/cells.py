"""The words of a plan that text and markdown share."""

from __future__ import annotations

import re

from ...database.plan.document import Entry, Row
from .merged import Merged
from .steps import Step

SIGNS = {"create": "+", "alter": "~", "remove": "-", "update": "~", "delete": "-", "replace": "+-", "import": "="}
UNCHANGED = "nothing differs"
LONGEST = 80
_CHECKSUM = re.compile(r"[0-9a-f]{64}\Z")


def title(entry: Entry) -> str:
    """What the database is."""
    return f"{entry.database} ({entry.server})" if entry.read else entry.component or "database"


def what(row: Row) -> str:
    """The attribute, below the part it belongs to; and whose it is where the declared object's name does not say."""
    kind, own = row.object.split(":", 1)
    names = [] if row.kind == kind and row.attribute else [row.kind]
    if row.key != own:
        names.append(row.key.removeprefix(f"{own} "))
    return " ".join([*names, *([row.attribute] if row.attribute else [])])


def ends(row: Row) -> tuple[str, str]:
    """Both values, cut where they are long; what is not there is empty."""
    live = "" if row.action == "create" and row.live == "nothing" else short(row.live)
    declared = "" if row.action == "remove" and row.declared == "nothing" else short(row.declared)
    return live, declared


def cost(row: Row) -> tuple[str, str]:
    """The class with what is lost, and from when it holds and what stays."""
    return row.change_class + (f": {row.loss}" if row.loss else ""), row.note


def short(value: str) -> str:
    """One line of bounded length; a checksum by its first twelve digits."""
    shown = " ".join(value.split())
    if _CHECKSUM.match(shown):
        return shown[:12]
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 3] + "..."


def resource(step: Step) -> tuple[str, str, str]:
    """What happens, to which resource, and in which of its properties."""
    return f"{SIGNS.get(step.op, ' ')} {step.op}", f"{step.name} ({step.type})", ", ".join(step.properties)


def goes(step: Step) -> str:
    """What a deletion or replacement means, in a sentence without a full stop."""
    why = f" because of {', '.join(f'`{each}`' for each in step.because)}" if step.because else ""
    what = f"`{step.name}` ({step.type}) is {'replaced' if step.op == 'replace' else 'deleted'}{why}"
    if step.protected:
        return f"{what}: it is protected, so the engine refuses that until `pulumi state unprotect`"
    return f"{what}: what it stands for is kept, only no longer managed" if step.retained else what


def notes(entry: Entry, merged: Merged) -> list[str]:
    """Everything that is no change: holds, released and adopted objects, the preview's notes."""
    found = [each.sentence for each in entry.held]
    found += [f"{name} is no longer declared; it stays with its rows" for name in entry.released]
    adopted = merged.adopted.get(entry.component, [])
    if adopted:
        found.append(f"taken over as {'it is' if len(adopted) == 1 else 'they are'}: {', '.join(adopted)}")
    if entry.acknowledged:
        found.append(f"acknowledged: {', '.join(entry.acknowledged)}")
    return found + list(entry.notes)


def unfinished(merged: Merged) -> str:
    """What is not known, because the engine stopped; empty when it did not."""
    if merged.complete:
        return ""
    return "the preview stopped there: what else would change is not known until this is settled"
