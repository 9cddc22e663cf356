"""On the program's side: which stack it is, and our errors as ``pulumi.RunError``, one sentence and no traceback."""

from collections.abc import Iterator
from contextlib import contextmanager

import pulumi

from .errors import TimescaleDBError


def this_stack() -> str:
    """Project and stack, by which things know whose they are: a state that is lost and begun anew has the same."""
    return f"{pulumi.get_project()}/{pulumi.get_stack()}"


@contextmanager
def refusing() -> Iterator[None]:
    """Turn a refusal raised while a program builds its resources into one sentence on the console."""
    try:
        yield
    except TimescaleDBError as error:
        raise pulumi.RunError(str(error)) from None
