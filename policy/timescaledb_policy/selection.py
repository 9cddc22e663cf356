"""Which volumes a backup selection is about, as AWS Backup reads it.

Resources and tags add to each other; what is excluded, and each condition, takes away (API reference, BackupSelection).
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from timescaledb_policy.resource import UNKNOWN, Resource, entries, inside, items

SELECTION, VOLUME = "aws:backup/selection:Selection", "aws:ebs/volume:Volume"
OPERATORS = ("stringEquals", "stringLikes", "stringNotEquals", "stringNotLikes")
_TAG = "aws:ResourceTag/"
_MADE_LATER = "arn:?:ec2:?:?:volume/vol-?"


def selects(selection: Resource, volume: Resource, *, unknown: bool) -> bool:
    """Whether a selection is about a volume.

    Args:
        selection: with its needs.
        volume: of the same stack.
        unknown: what a comparison gives whose values a preview does not know yet.
    """
    tags, conditions = entries(selection.of("selectionTags")), items(selection.of("conditions"))
    chosen = any(_named(each, selection, volume, unknown) for each in entries(selection.of("resources")))
    chosen = chosen or any(_holds(each, "stringEquals", volume, unknown) for each in tags)
    # the provider fills these two in where a program says nothing: not known as a whole, they count as nothing said
    wanted = ((each, how) for block in conditions for how in OPERATORS for each in entries(block.get(how)))
    excluded = [] if selection.of("notResources") is UNKNOWN else entries(selection.of("notResources"))
    return (
        chosen
        and all(_holds(each, how, volume, unknown) for each, how in wanted)
        and not any(_matches(each, volume, not unknown) for each in excluded)
    )


def _named(pattern: Any, selection: Resource, volume: Resource, unknown: bool) -> bool:
    if pattern is not UNKNOWN:
        return _matches(pattern, volume, unknown)
    # what the selection needs shows whose ARN it is; where it needs no volume, it may be this one's or a pattern
    return volume.urn in selection.needs or (unknown and not selection.needs_a(VOLUME))


def _matches(pattern: Any, volume: Resource, unknown: bool) -> bool:
    if pattern is UNKNOWN:
        return unknown
    arn = volume.of("arn")
    if isinstance(arn, str):
        return fnmatchcase(arn, str(pattern))
    # AWS chooses the ARN, so only a pattern can be of a volume that is not there yet
    return pattern == "*" or (unknown and "*" in str(pattern) and _meet(str(pattern), _MADE_LATER))


@cache
def _meet(pattern: str, shape: str) -> bool:
    """Whether a pattern matches some text of a shape, in which ``?`` stands for any part of an ARN."""
    if not pattern or not shape:
        return not (pattern + shape).strip("*?")
    if pattern[0] == "*":
        return _meet(pattern[1:], shape) or _meet(pattern, shape[1:])
    if shape[0] == "?":
        return _meet(pattern, shape[1:]) or (pattern[0] not in ":/" and _meet(pattern[1:], shape))
    return pattern[0] == shape[0] and _meet(pattern[1:], shape[1:])


def _holds(condition: Any, how: str, volume: Resource, unknown: bool) -> bool:
    key, value = inside(condition, "key"), inside(condition, "value")
    tag = UNKNOWN if key is UNKNOWN else _tag(volume, str(key).removeprefix(_TAG))
    if UNKNOWN in (tag, value):
        return unknown
    same = tag is not None and (fnmatchcase(str(tag), str(value)) if "Like" in how else tag == value)
    return same != ("Not" in how)


def _tag(volume: Resource, key: str) -> Any:
    """The value of a tag; None for a volume without it."""
    own = volume.of("tags", key)
    # all of them are its own and the provider's default ones, which a preview may not know
    return volume.of("tagsAll", key) if own is None else own
