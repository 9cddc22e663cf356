"""boto3's clients of one region, and its errors as one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from ...errors import Failed, Unreachable

# a refusal that waiting does not mend; throttling and outages are retried by boto3 itself
ATTEMPTS = 6
# codes by which AWS says that it does not know who asks
_WHO = frozenset(
    {"AuthFailure", "ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException"}
)


def installed() -> None:
    """Refuse in words where the packages of the extra ``aws`` are not there; raises Failed."""
    missing = [name for name in ("boto3", "pulumi_aws") if find_spec(name) is None]
    if missing:
        raise Failed(f"{missing[0]} is not installed, which work on AWS takes; install pulumi-timescaledb[aws]")


class Clients:
    """Clients of one region, made when first asked for; ``clients("ec2")`` is boto3's client of EC2."""

    def __init__(self, region: str, session: Any = None) -> None:
        """region: such as ``us-east-1``. session: boto3's; by default made from the environment."""
        self.region = region
        self._session = session
        self._made: dict[str, Any] = {}

    def __call__(self, service: str) -> Any:
        """The client of a service."""
        if service not in self._made:
            import boto3
            from botocore.config import Config

            config = Config(retries={"mode": "standard", "max_attempts": ATTEMPTS})
            with asking(service):
                self._made[service] = (self._session or boto3).client(service, region_name=self.region, config=config)
        return self._made[service]

    def use(self, service: str, client: Any) -> None:
        """Ask this client from now on."""
        self._made[service] = client


@contextmanager
def asking(what: str) -> Iterator[None]:
    """boto3's errors as :class:`~...errors.Unreachable`, which says what was asked; what: to be read after "AWS"."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        code = code_of(error)
        remedy = "configure credentials of the account" if code in _WHO else "ask for the right, or mend what it names"
        raise Unreachable(f"AWS refused {what} ({code}: {message_of(error)}); {remedy}, and run this again") from None
    except BotoCoreError as error:
        raise Unreachable(f"AWS did not answer {what} ({error}); check credentials and network") from None


def code_of(error: Any) -> str:
    """AWS's code of an error."""
    return str(error.response.get("Error", {}).get("Code", "no code"))


def message_of(error: Any) -> str:
    """AWS's own words, in one line."""
    return " ".join(str(error.response.get("Error", {}).get("Message", "no reason given")).split())
