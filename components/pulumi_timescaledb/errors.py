"""Every error a user can meet: one sentence that says what, which object or argument, and what to do.

Nothing here knows of Pulumi. Programs see these as ``pulumi.RunError`` and the engine sees them as check failures,
so neither prints a traceback. No message may carry a password or a connection string.
"""


class TimescaleDBError(Exception):
    """Base of all errors of this library; ``str(error)`` is the sentence."""


class Refusal(TimescaleDBError):
    """What was asked is refused before anything is touched; the sentence names the way forward."""


class Unreachable(TimescaleDBError):
    """The database could not be reached, so nothing is known of it (never read as "deleted")."""


class Busy(TimescaleDBError):
    """Another run holds the database's advisory lock, or a statement holds a lock for too long."""


class Failed(TimescaleDBError):
    """A statement was refused by the server; the sentence names the object and carries the server's own words."""
