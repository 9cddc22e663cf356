"""A host of whichever kind, with what the stack prints of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi

from ..hosts.contract import Host


@dataclass(frozen=True)
class Placed:
    """A :class:`~..hosts.contract.Host`, and those of the stack's outputs that this kind of host has."""

    connection: pulumi.Output[Mapping[str, Any]]
    endpoint: pulumi.Output[str]
    ready: Sequence[pulumi.Resource]
    data_volume: pulumi.Resource | None
    outputs: Mapping[str, Any] = field(default_factory=dict)


def placed(host: Host, **outputs: Any) -> Placed:
    """A host and its outputs."""
    return Placed(host.connection, host.endpoint, host.ready, host.data_volume, outputs)
