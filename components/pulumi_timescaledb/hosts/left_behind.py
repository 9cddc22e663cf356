"""What a stack that went has left in the account: the next one of its name takes it back instead of making another."""

from collections.abc import Callable
from typing import Any

import pulumi

# what AWS (ResourceNotFoundException, api error NotFound, NoSuchBucket), or the provider that asks it (its package
# `retry`), says of a thing that is not there; a first deployment depends on its being understood
_ABSENT = ("NotFound", "NoSuchBucket", "couldn't find resource", "empty result")


def found(look: Callable[[], Any], what: str, *also_absent: str) -> Any:
    """The answer of a look-up of one thing that may be there, for ``import_``; None where it is not.

    What is in this stack's state already is no news to the engine when it is imported by the same id.

    Args:
        look: asks the provider, which fails when there is no such thing.
        what: the argument and its value, for the message.
        also_absent: words by which this kind says that it is not there, besides the usual ones.

    Raises:
        pulumi.RunError: whether it is there cannot be told.
    """
    try:
        return look()
    except Exception as error:  # the engine raises no other kind for what a provider says
        said = " ".join(str(error).split())
        if any(words in said for words in (*_ABSENT, *also_absent)):
            return None
        raise pulumi.RunError(f"whether {what} is there already cannot be told ({said}); try again") from error
