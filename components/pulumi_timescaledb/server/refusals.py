"""Refusals of an argument: each names the argument, what is wrong with it and what to write instead.

The values of password references and settings are never repeated in a sentence: what stands there by mistake may be
a password.
"""

from __future__ import annotations

from ..errors import Refusal


class ArgumentRefused(Refusal):
    """An argument cannot be used as given.

    Args:
        argument: the name the user wrote, such as ``port`` or ``settings["port"]``.
        problem: what is wrong, to be read after the name ("is 70000, outside 1 to 65535").
        remedy: what to do, as an instruction ("choose a free port above 1023").
    """

    def __init__(self, argument: str, problem: str, remedy: str) -> None:
        """Keep the parts as fields and join them to one sentence."""
        self.argument = argument
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{argument} {problem}; {remedy}")


class BadValue(ArgumentRefused):
    """The value has the wrong type or form."""


class OutOfRange(ArgumentRefused):
    """The value is a number or size outside what works."""


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
