"""The difference between the files of a folder and those applied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...kind import Change, ChangeClass, Found
from .wanted import AGAIN, COMPLETE, Migrations, down_of, is_numbered, is_repeatable


def compare(key: str, wanted: Migrations | None, found: Found | None) -> list[Change]:
    """One change a file: what cannot be, what must be undone (latest first), what is pending, what is repeated."""
    if wanted is None:
        return []
    applied = dict(found.value.files) if found else {}
    started: Mapping[str, str] = found.facts.get("started", {}) if found else {}
    return [
        *_half_there(key, wanted, found),
        *_wrong(key, wanted, applied),
        *_undone(key, wanted, applied, started),
        *_pending(key, wanted, applied, started),
        *_repeated(key, wanted, applied, started),
    ]


def _half_there(key: str, wanted: Migrations, found: Found | None) -> Iterator[Change]:
    """A baseline of which only some tables exist."""
    if found and found.facts.get("missing"):
        missing = ", ".join(found.facts["missing"])
        note = (
            f"some tables of the baseline {wanted.baseline} exist and {missing} does not, so it can neither run nor "
            f"count as applied; make what is missing (its statement is in the file), or take it out of the file"
        )
        yield Change("migrations", key, "alter", str(wanted.baseline), None, missing, ChangeClass.IMPOSSIBLE, note)


def _wrong(key: str, wanted: Migrations, applied: Mapping[str, str]) -> Iterator[Change]:
    """A changed or vanished applied file is impossible."""
    declared = dict(wanted.files)
    for name, checksum in applied.items():
        if not is_numbered(name):
            continue
        if name not in declared:
            note = f"the applied file {name} is gone from {key}; put it back, or write a new file that undoes it"
            yield Change("migrations", key, "alter", name, checksum, None, ChangeClass.IMPOSSIBLE, note)
        elif declared[name] != checksum:
            note = (
                f"the file {name} was applied with checksum {checksum[:12]} and now has {declared[name][:12]}; "
                f"restore it and write the change as a new file"
            )
            yield Change("migrations", key, "alter", name, checksum, declared[name], ChangeClass.IMPOSSIBLE, note)


def _undone(key: str, wanted: Migrations, applied: Mapping[str, str], started: Mapping[str, str]) -> Iterator[Change]:
    """What lies beyond the declared version, latest first."""
    declared = dict(wanted.files)
    for name in sorted((each for each in applied if is_numbered(each) and wanted.beyond(each)), reverse=True):
        down, checksum = down_of(name), applied[name]
        if down not in declared:
            note = f"{name} cannot be undone, because there is no {down}; write it, or declare version {name}"
            yield Change("migrations", key, "remove", name, checksum, None, ChangeClass.IMPOSSIBLE, note)
        elif down in started and not _decided(wanted, down):
            yield _half_run(key, down, started[down], declared[down])
        else:
            loss, note = f"what {name} made, as {down} undoes it", f"runs {down}"
            yield Change("migrations", key, "remove", name, checksum, None, ChangeClass.DESTROYS, note, loss)


def _pending(key: str, wanted: Migrations, applied: Mapping[str, str], started: Mapping[str, str]) -> Iterator[Change]:
    """Numbered files that have not run, in order; never before one that has."""
    declared = dict(wanted.files)
    last = max((name for name in applied if is_numbered(name) and not wanted.beyond(name)), default="")
    for name in wanted.numbered:
        if name in applied or wanted.beyond(name):
            continue
        if name < last:
            note = f"the new file {name} sorts before the applied {last}; give it a later number"
            yield Change("migrations", key, "alter", name, None, declared[name], ChangeClass.IMPOSSIBLE, note)
        else:
            yield _run(key, wanted, name, declared[name], started, "runs the file once")


def _repeated(key: str, wanted: Migrations, applied: Mapping[str, str], started: Mapping[str, str]) -> Iterator[Change]:
    """Repeatable files that are new or changed."""
    for name, checksum in wanted.files:
        if not is_repeatable(name) or applied.get(name) == checksum:
            continue
        change = _run(key, wanted, name, checksum, started, "runs the file again whenever it changes")
        if name in applied and change.action == "create":
            change = Change("migrations", key, "alter", name, applied[name], checksum, note="runs the file again")
        yield change


def _run(key: str, wanted: Migrations, name: str, checksum: str, started: Mapping[str, str], note: str) -> Change:
    if name in started:
        decision = _decided(wanted, name)
        if decision is None:
            return _half_run(key, name, started[name], checksum)
        again = "runs the file again from its first statement"
        note = again if decision == AGAIN else "recorded as complete, as declared; not run"
    return Change("migrations", key, "create", name, None, checksum, note=note)


def _decided(wanted: Migrations, name: str) -> str | None:
    return dict(wanted.half_run).get(name)


def _half_run(key: str, name: str, at: str, checksum: str) -> Change:
    note = (
        f"{name} was started outside of a transaction at {at} and did not come to its end; look which of its "
        f'statements took effect, then declare half_run={{"{name}": "{COMPLETE}"}} if all did or you finished it, '
        f'or "{AGAIN}" to run it again from its first statement'
    )
    return Change("migrations", key, "alter", name, None, checksum, ChangeClass.IMPOSSIBLE, note)
