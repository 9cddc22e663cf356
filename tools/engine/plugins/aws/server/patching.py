"""How moto is changed: a method wrapped, or an action added to a service."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

Handler = Callable[[Any, dict[str, Any]], Any]
"""Takes the back end of account and region, and the call's parameters; returns the answer."""


def wrap(cls: type, name: str) -> Callable[[Callable[..., Any]], None]:
    """Replace a method; the new one gets the old one before its own arguments."""
    old = getattr(cls, name)

    def with_old(new: Callable[..., Any]) -> None:
        @functools.wraps(old)
        def method(self: Any, *arguments: Any, **named: Any) -> Any:
            return new(functools.partial(old, self), self, *arguments, **named)

        setattr(cls, name, method)

    return with_old


def add(responses: type, backends: Any, action: str, handler: Handler) -> None:
    """Add an action to a service.

    Args:
        responses: moto's response class of the service.
        backends: moto's back ends of the service, by account and region.
        action: in snake case, as `put_composite_alarm`.
        handler: what answers it.
    """
    from moto.core.responses import ActionResult

    def method(self: Any) -> Any:
        self._get_action()  # finds what stands in the path of a REST call
        self.parse_parameters(self.normalized_request)
        answer = handler(backends[self.current_account][self.region], dict(self.params))
        return ActionResult(answer or {})

    setattr(responses, action, method)


def refuse(code: str, message: str) -> None:
    """Answer with one of AWS's errors.

    Raises:
        ServiceException: always.
    """
    from moto.core.exceptions import ServiceException

    # moto looks for the service in the module of an exception's class; ours is none of its services.
    raise type("Refusal", (ServiceException,), {"__module__": __name__})(code, message)
