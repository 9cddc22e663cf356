"""What a stack that went has left in the account: the next one of its name takes it back instead of making another."""

from collections.abc import Callable, Mapping
from typing import Any

import pulumi

from ..program import this_stack
from ..server import BadValue
from .arguments import STACK_TAG

# what AWS (ResourceNotFoundException, api error NotFound, NoSuchBucket), or the provider that asks it (its package
# `retry`), says of a thing that is not there; a first deployment depends on its being understood
_ABSENT = ("NotFound", "NoSuchBucket", "couldn't find resource", "empty result")


def found(look: Callable[..., Any], parent: pulumi.Resource, what: str, *also_absent: str, **asked: str) -> Any | None:
    """The one thing of a name that may be there, so that it can be imported; None where it is not.

    A name is no proof: whoever asks looks for the mark of this very stack in the answer, and takes nothing without it.
    Then AWS refuses the second of the name. What is in this stack's state already is no news to the engine when it is
    imported by the same id. A provider that is not known yet answers nothing, which has no mark either.

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
        return look(**asked, opts=pulumi.InvokeOptions(parent=parent))
    except Exception as error:  # the engine raises no other kind for what a provider says
        said = " ".join(str(error).split())
        if any(words in said for words in (*_ABSENT, *also_absent)):
            return None
        remedy = "check the rights of these credentials, or choose another name, which may be somebody else's"
        raise pulumi.RunError(f"whether {what} is there already cannot be told ({said}); {remedy}") from error


def marked(tags: Mapping[str, Any] | None, name: pulumi.Input[str]) -> dict[str, Any]:
    """The tags of what may stay behind, with the mark by which this stack alone takes it back."""
    return {**(tags or {}), "Name": name, STACK_TAG: this_stack()}


def is_ours(tags: Any) -> bool:
    """Whether something has this stack's mark."""
    return (tags or {}).get(STACK_TAG) == this_stack()


def refuse_another_key(name: str, declared: str, live: str | None, instead: str) -> None:
    """Refuse another key than that of what is there: it keeps its own, and Pulumi says so only while it deploys.

    Args:
        name: of what is there.
        declared: the key; an alias cannot be compared.
        live: its own.
        instead: what else to declare.

    Raises:
        BadValue: they differ.
    """
    if live and ":key/" in declared and ":key/" in live and declared != live:
        problem = f"is {declared} but {name} has {live}, which it keeps"
        raise BadValue("kms_key_arn", problem, f"declare that one, or {instead}")
