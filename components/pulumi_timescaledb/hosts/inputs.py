"""The seam between a component's inputs and pure calculation: what is known is checked at once, the rest later."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import pulumi

from ..program import refusing

T = TypeVar("T")


def has_output(value: Any) -> bool:
    """Whether anything in a value is known only once something else has been created."""
    if isinstance(value, Mapping):
        return any(has_output(item) for item in value.values())
    if isinstance(value, (list, tuple)):
        return any(has_output(item) for item in value)
    return isinstance(value, pulumi.Output) or hasattr(value, "__await__")


def known(args: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments whose values are plain now."""
    return {name: value for name, value in args.items() if not has_output(value)}


def calculated(args: Mapping[str, Any], calculate: Callable[[Mapping[str, Any]], T]) -> pulumi.Output[T]:
    """The result of a pure calculation over arguments, at once where all of them are plain.

    Refusals become ``pulumi.RunError`` in both cases.
    """
    plain = known(args)
    if len(plain) == len(args):
        with refusing():
            return pulumi.Output.from_input(calculate(plain))
    return pulumi.Output.all(**args).apply(lambda values: _refused(calculate, values))


def _refused(calculate: Callable[[Mapping[str, Any]], T], values: Mapping[str, Any]) -> T:
    with refusing():
        return calculate(values)
