"""From what is found to what is done, in order; pure.

Every step is left out where its outcome is there already, so that a run after a failure does what is missing.
A volume is held by one host at a time and the boot program refuses two with the tag: so the host is stopped first,
the tag leaves the old volume before it arrives at the new one, and the host starts when exactly one has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...errors import Refusal
from ...hosts.ec2.checks import IDENTITY_TAG
from .found import BEFORE_TAG, GONE, PENDING_TAG, REPLACES_TAG, Found, Instance, Snapshot, Volume

MAKE, EMPTY_GROUP, STOP, RELEASE, UNTAG, TAG, FILL_GROUP, START, HELD, DONE = (
    "make",
    "empty-group",
    "stop",
    "release",
    "untag",
    "tag",
    "fill-group",
    "start",
    "held",
    "done",
)


@dataclass(frozen=True)
class Step:
    """One call and the wait for its outcome. does: which. object: an id, or empty for one that is made by an earlier
    step. says: one sentence for people."""

    does: str
    object: str
    says: str


@dataclass(frozen=True)
class Wish:
    """What is asked beside the snapshot. size_gb: declared of the data volume. zone: where no volume and no host tells.
    another: whether a snapshot of another database is meant."""

    size_gb: int
    zone: str = ""
    another: bool = False


@dataclass(frozen=True)
class Plan:
    """What will be done. old: the volume that is replaced, None where it is gone. new: one that an earlier run made.
    zone, size_gb, iops, throughput, key: of the new volume; 0 and empty are AWS's defaults. notes: what to know."""

    steps: Sequence[Step]
    zone: str
    size_gb: int
    old: Volume | None = None
    new: Volume | None = None
    iops: int = 0
    throughput: int = 0
    key: str = ""
    notes: Sequence[str] = ()


def plan(found: Found, wish: Wish) -> Plan:
    """The steps of a restore.

    Raises:
        Refusal: for a snapshot or an account that does not fit; nothing was touched.
    """
    new, old = _new(found), _old(found)
    _refuse_snapshot(found, wish, old)
    host = _host(found)
    _refuse_holder(found, old)
    zone = _zone(found, wish, old, new)
    like = new or old or _before(found)
    size = max(found.snapshot.size_gb, like.size_gb if like else wish.size_gb)
    steps = [*_making(found, new, zone, size), *_stopping(found, host, old), *_tags(old, new), *_starting(found, host)]
    return Plan(
        steps=steps,
        zone=zone,
        size_gb=size,
        old=old or _before(found),
        new=new,
        iops=like.iops if like else 0,
        throughput=like.throughput if like else 0,
        key=like.key if like else "",
        notes=_notes(found, old, host),
    )


def _new(found: Found) -> Volume | None:
    """The volume of a run that did not end; another snapshot's is somebody else's restore."""
    pending = found.tagged(PENDING_TAG)
    others = [each for each in pending if each.snapshot != found.snapshot.id]
    if others:
        raise Refusal(
            f"a restore of {others[0].snapshot} to {others[0].id} has not ended; run tsdb restore --snapshot "
            f"{others[0].snapshot}, or take the tag {PENDING_TAG} off {others[0].id} to give it up"
        )
    if len(pending) > 1:
        ids = " and ".join(sorted(each.id for each in pending))
        raise Refusal(f"{ids} both have the tag {PENDING_TAG}={found.name}; take it off all but one")
    return pending[0] if pending else None


def _old(found: Found) -> Volume | None:
    held = [each for each in found.tagged(IDENTITY_TAG) if PENDING_TAG not in each.tags]
    if len(held) > 1:
        ids = " and ".join(sorted(each.id for each in held))
        raise Refusal(f"{ids} both have the tag {IDENTITY_TAG}={found.name}; take it off all but the database's own")
    return held[0] if held else None


def _before(found: Found) -> Volume | None:
    """The volume that a run which did not end has taken the tag off already."""
    replaced = {each.tags.get(REPLACES_TAG) for each in found.tagged(PENDING_TAG)}
    return next((each for each in found.tagged(BEFORE_TAG) if each.id in replaced), None)


def _host(found: Found) -> Instance | None:
    """The host that runs or could; one that is ending is waited for and is none."""
    staying = [each for each in found.instances if each.state not in GONE]
    if len(staying) > 1:
        ids = " and ".join(sorted(each.id for each in staying))
        raise Refusal(f"{ids} all have the tag {IDENTITY_TAG}={found.name}; end all but one host of the database")
    host = staying[0] if staying else None
    if host is not None and found.group is not None and host.group != found.group.name:
        raise Refusal(
            f"{host.id} is none of the group {found.group.name}, which would start another host; let pulumi up end "
            f"the change of market first"
        )
    return host


def _refuse_snapshot(found: Found, wish: Wish, old: Volume | None) -> None:
    which: Snapshot = found.snapshot
    if which.progress != "completed":
        raise Refusal(f"{which.id} is {which.progress} and not completed; wait for it, or name another recovery point")
    declared = max(wish.size_gb, old.size_gb if old else 0)
    if which.size_gb > declared:
        raise Refusal(
            f"{which.id} is of a volume of {which.size_gb} GB but the stack declares {wish.size_gb}; a volume never "
            f"shrinks, so set storage_gb to {which.size_gb} first"
        )
    owner = which.tags.get(IDENTITY_TAG) or which.tags.get(BEFORE_TAG)
    known = {each.id for each in found.volumes}
    if owner != found.name and which.volume not in known and not wish.another:
        whose = f"is of the database {owner}" if owner else "is of no known volume and carries no database's tag"
        raise Refusal(
            f"{which.id} {whose}, not of {found.name}; name another, or add --another-database if it is meant"
        )


def _refuse_holder(found: Found, old: Volume | None) -> None:
    if old is not None and old.holder and old.holder not in {each.id for each in found.instances}:
        raise Refusal(
            f"{old.id} is held by {old.holder}, which is no host of {found.name}; stop whatever writes there, detach "
            f"the volume, and run this again"
        )


def _zone(found: Found, wish: Wish, old: Volume | None, new: Volume | None) -> str:
    places = [each.zone for each in (new, old, _before(found), _host(found)) if each is not None]
    places += found.group.zones if found.group and len(found.group.zones) == 1 else ()
    if not places and not wish.zone:
        raise Refusal(
            f"no volume and no host has the tag {IDENTITY_TAG}={found.name}, so nothing tells the zone; give it with "
            f"--zone, that of the stack's subnet"
        )
    if wish.zone and places and wish.zone != places[0]:
        raise Refusal(f"--zone is {wish.zone} but the database is in {places[0]}, where its host looks; leave it out")
    return places[0] if places else wish.zone


def _making(found: Found, new: Volume | None, zone: str, size: int) -> list[Step]:
    if new is None:
        return [Step(MAKE, "", f"make a volume of {size} GB from {found.snapshot.id} in {zone}")]
    return [Step(MAKE, new.id, f"wait until {new.id} is there")] if new.state == "creating" else []


def _stopping(found: Found, host: Instance | None, old: Volume | None) -> list[Step]:
    """Whoever may write to the old volume is stopped in order, and the volume is free."""
    if old is None and not _wrong_disk(found):
        return []
    steps = []
    if found.group is not None:
        if found.group.desired or found.group.instances or found.instances:
            says = f"stop {host.id if host else 'the host'} in order: the group {found.group.name} is to have none"
            steps.append(Step(EMPTY_GROUP, found.group.name, says))
    elif host is not None and host.state != "stopped":
        steps.append(Step(STOP, host.id, f"stop {host.id} in order"))
    if old is not None and (old.holder or steps):  # a host that is booting takes it between this look and its stop
        says = f"take {old.id} off {old.holder}" if old.holder else f"see that {old.id} is free"
        steps.append(Step(RELEASE, old.id, says))
    return steps


def _wrong_disk(found: Found) -> bool:
    """Whether a host runs although no volume has the tag, while a restore is under way: it waits, or holds the old."""
    return any(each.holder for each in found.tagged(BEFORE_TAG)) and bool(found.tagged(PENDING_TAG))


def _tags(old: Volume | None, new: Volume | None) -> list[Step]:
    steps = []
    if old is not None:
        steps.append(Step(UNTAG, old.id, f"{old.id} gets the tag {BEFORE_TAG} in place of {IDENTITY_TAG}"))
    if new is None or IDENTITY_TAG not in new.tags:
        which = new.id if new else "the new volume"
        steps.append(Step(TAG, new.id if new else "", f"{which} gets the tag {IDENTITY_TAG}"))
    return steps


def _starting(found: Found, host: Instance | None) -> list[Step]:
    steps = []
    if found.group is not None:
        steps.append(Step(FILL_GROUP, found.group.name, f"let the group {found.group.name} make a host"))
    elif host is not None:
        steps.append(Step(START, host.id, f"start {host.id}"))
    if found.group is not None or host is not None:
        steps.append(Step(HELD, "", "wait until the host holds the new volume"))
    return [*steps, Step(DONE, "", f"take the tag {PENDING_TAG} off the new volume")]


def _notes(found: Found, old: Volume | None, host: Instance | None) -> list[str]:
    notes = []
    if old is not None and old.snapshot == found.snapshot.id:
        notes.append(f"{old.id} was itself made from {old.snapshot}: this makes another one from it")
    if host is None and found.group is None:
        notes.append("no host has the database's tag: the next pulumi up makes one, which takes the new volume")
    return notes
