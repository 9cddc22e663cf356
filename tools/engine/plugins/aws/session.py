"""boto3 against the stand-in's server: one set of clients a plugin process."""

from __future__ import annotations

import functools
import os
import threading
from typing import Any
from urllib.parse import urlsplit

from tools.engine.plugins.aws.errors import PluginError

ENDPOINT = "AWS_ENDPOINT_URL"
"""boto3's own variable, so that every program in the same environment speaks to the same server."""
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Aws:
    """Clients by service and region, and what the provider's configuration says.

    Attributes:
        region: the provider's region.
        default_tags: tags that every object gets beside its own.
    """

    def __init__(self) -> None:
        self.region = ""
        self.default_tags: dict[str, str] = {}
        self._clients: dict[tuple[str, str], Any] = {}
        self._lock = threading.RLock()

    def preload(self) -> None:
        """Begin importing boto3 (0.3 s), so that the handshake need not wait for it."""
        threading.Thread(target=_boto3, daemon=True).start()

    def client(self, service: str, region: str = "") -> Any:
        """A client for one service.

        Args:
            service: boto3's name, as `ec2`.
            region: default the provider's.

        Raises:
            PluginError: no endpoint on this machine is named, or there is no region.
        """
        where = region or self.region
        if not where:
            raise PluginError("no AWS region: set aws:region or AWS_REGION")
        with self._lock:
            made = self._clients.get((service, where))
            if made is None:
                made = _boto3().client(
                    service,
                    region_name=where,
                    endpoint_url=endpoint(),
                    aws_access_key_id="stand-in",
                    aws_secret_access_key="stand-in",  # noqa: S106 - the server asks for some key, not for a right one
                )
                self._clients[service, where] = made
            return made

    @functools.cached_property
    def account(self) -> str:
        """The account's number."""
        return str(self.client("sts").get_caller_identity()["Account"])

    def arn(self, service: str, rest: str, region: str = "") -> str:
        """An ARN of this account in a region (default the provider's)."""
        return f"arn:aws:{service}:{region or self.region}:{self.account}:{rest}"


def endpoint() -> str:
    """Address of the stand-in's server.

    Raises:
        PluginError: none is named, or it is not on this machine: this plugin must never speak to AWS.
    """
    address = os.environ.get(ENDPOINT, "")
    if not address or urlsplit(address).hostname not in LOOPBACK:
        raise PluginError(
            f"this is the stand-in for the aws plugin, and {ENDPOINT} names no server on this machine: use "
            '`eval "$(make -s env-aws-offline)"`, or the official plugin for AWS itself'
        )
    return address


def _boto3() -> Any:
    import boto3

    return boto3
