"""On the program's side: our errors become ``pulumi.RunError``, which prints one sentence and no traceback."""

from collections.abc import Iterator
from contextlib import contextmanager

import pulumi

from .errors import TimescaleDBError


@contextmanager
def refusing() -> Iterator[None]:
    """Turn a refusal raised while a program builds its resources into one sentence on the console."""
    try:
        yield
    except TimescaleDBError as error:
        raise pulumi.RunError(str(error)) from None
