"""Every error a user can meet: one sentence that says what, which object or argument, and what to do.

Nothing here knows of Pulumi. Programs see these as ``pulumi.RunError`` and the engine sees them as check failures,
so neither prints a traceback. No message may carry a password or a connection string.
"""


class TimescaleDBError(Exception):
    """Base of all errors of this library; ``str(error)`` is the sentence."""


class Refusal(TimescaleDBError):
    """What was asked is refused before anything is touched; the sentence names the way forward."""


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


class Unreachable(TimescaleDBError):
    """The database could not be reached, so nothing is known of it (never read as "deleted")."""


class Busy(TimescaleDBError):
    """Another run holds the database's advisory lock, or a statement holds a lock for too long."""


class Failed(TimescaleDBError):
    """A statement was refused by the server; the sentence names the object and carries the server's own words."""
