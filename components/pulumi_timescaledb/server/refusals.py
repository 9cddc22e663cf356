"""Refusals of an argument: each names the argument, what is wrong with it and what to write instead.

The values of password references and settings are never repeated in a sentence: what stands there by mistake may be
a password.
"""

from __future__ import annotations

from ..errors import ArgumentRefused, BadValue, OutOfRange

__all__ = [
    "ArgumentRefused",
    "BadValue",
    "CannotStart",
    "MandatorySetting",
    "MovingTag",
    "NotAReference",
    "OutOfRange",
    "UnknownArgument",
    "UnusableFile",
    "VersionMismatch",
]


class UnknownArgument(ArgumentRefused):
    """There is no argument, family or version of that name."""


class MovingTag(ArgumentRefused):
    """The image reference would name another image tomorrow."""


class VersionMismatch(ArgumentRefused):
    """The image holds another PostgreSQL major version than the one declared."""


class MandatorySetting(ArgumentRefused):
    """A setting that this library decides cannot be overridden."""


class CannotStart(ArgumentRefused):
    """PostgreSQL would not start, or not survive, with this value."""


class NotAReference(ArgumentRefused):
    """What was given is not a reference to a password that this host can use."""


class UnusableFile(ArgumentRefused):
    """A file named by an argument is missing, empty or readable by others."""
