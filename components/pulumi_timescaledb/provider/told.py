"""A refusal while something is read or made reaches the console as its sentence alone.

gRPC's server puts "Exception calling application:" before whatever a handler raises (``grpc/_server.py``). Only the
call's own context can end it with other words, and Pulumi's servicer does not hand that on to a provider: it is the
local ``context`` of the function that calls us (``pulumi/dynamic/__main__.py``, 3.259). Where there is none, the error
is raised as it is.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import grpc

from ..errors import TimescaleDBError

T = TypeVar("T")


def told(method: Callable[..., T]) -> Callable[..., T]:
    """A provider's method whose refusals end the call that it answers."""

    @functools.wraps(method)
    def telling(*arguments: Any) -> T:
        try:
            return method(*arguments)
        except TimescaleDBError as error:
            context = sys._getframe(1).f_locals.get("context")
            if isinstance(context, grpc.ServicerContext):
                context.abort(grpc.StatusCode.UNKNOWN, str(error))  # raises what the server knows as its own
            raise

    return telling
