"""What a stack that went has left in the account: the next one of its name takes it back instead of making another."""

from collections.abc import Callable
from typing import Any

import pulumi

# what AWS (ResourceNotFoundException, api error NotFound, NoSuchBucket), or the provider that asks it (its package
# `retry`), says of a thing that is not there; a first deployment depends on its being understood
_ABSENT = ("NotFound", "NoSuchBucket", "couldn't find resource", "empty result")


def arn(look: Callable[..., Any], parent: pulumi.Resource, what: str, *also_absent: str, **asked: str) -> str | None:
    """The ARN of one thing that may be there, so that it can be imported; None where it is not.

    What is in this stack's state already is no news to the engine when it is imported by the same id. A provider that
    is not known yet answers nothing.

    Args:
        look: a look-up of pulumi-aws, which fails when there is no such thing.
        parent: whose provider is asked.
        what: the argument and its value, for the message.
        also_absent: words by which this kind says that it is not there, besides the usual ones.
        asked: arguments of the look-up.

    Raises:
        pulumi.RunError: whether it is there cannot be told.
    """
    try:
        return look(**asked, opts=pulumi.InvokeOptions(parent=parent)).arn or None
    except Exception as error:  # the engine raises no other kind for what a provider says
        said = " ".join(str(error).split())
        if any(words in said for words in (*_ABSENT, *also_absent)):
            return None
        raise pulumi.RunError(f"whether {what} is there already cannot be told ({said}); try again") from error
