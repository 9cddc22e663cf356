"""The existing server of ``target=managed``."""

from __future__ import annotations

from dataclasses import dataclass

from .forms import HOST, PORT, WAY, choice, optional
from .key import setting


@dataclass(frozen=True)
class Managed:
    """managed_host, managed_port: its address. managed_tls: how its certificate is checked. managed_via: the way."""

    managed_host: str | None = setting(
        optional(HOST), "", "Host name or address of the server; needed for target managed."
    )
    managed_port: int = setting(PORT, 5432, "Port of the server.")
    managed_via: str | None = setting(
        optional(WAY), "", "The way to the server where it is not direct: ssh:<destination> or ssm:<instance id>."
    )
    managed_tls: str = setting(
        choice("disable", "prefer", "require", "verify-full"),
        "verify-full",
        "TLS to the server: verify-full checks the certificate; require, prefer and disable do not.",
    )
