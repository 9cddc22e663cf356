"""The difference between the files of a folder and those applied."""

from __future__ import annotations

from ...kind import Change, ChangeClass, Found
from .wanted import Migrations


def compare(key: str, wanted: Migrations | None, found: Found | None) -> list[Change]:
    """One change a pending file, in order; a changed or vanished applied file is impossible."""
    if wanted is None:
        return []
    applied = dict(found.value.files) if found else {}
    declared = dict(wanted.files)
    changes = []
    for name, checksum in applied.items():
        if name not in declared:
            note = f"the applied file {name} is gone from {key}; put it back, or write a new file that undoes it"
            changes.append(Change("migrations", key, "alter", name, checksum, None, ChangeClass.IMPOSSIBLE, note))
        elif declared[name] != checksum:
            note = (
                f"the file {name} was applied with checksum {checksum[:12]} and now has {declared[name][:12]}; "
                f"restore it and write the change as a new file"
            )
            changes.append(
                Change("migrations", key, "alter", name, checksum, declared[name], ChangeClass.IMPOSSIBLE, note)
            )
    last = max(applied, default="")
    for name, checksum in wanted.files:
        if name in applied:
            continue
        if name < last:
            note = f"the new file {name} sorts before the applied {last}; give it a later number"
            changes.append(Change("migrations", key, "alter", name, None, checksum, ChangeClass.IMPOSSIBLE, note))
        else:
            changes.append(Change("migrations", key, "create", name, None, checksum, note="runs the file once"))
    return changes
