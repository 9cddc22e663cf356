"""What goes wrong, in one sentence for the person who reads the preview."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class PluginError(Exception):
    """An operation that cannot be done; the message is one sentence."""


@contextmanager
def explained(what: str) -> Iterator[None]:
    """Turn boto3's errors into one sentence about the object.

    Args:
        what: the object, as in `ec2.Instance 'db'`.

    Raises:
        PluginError: the service refused, or does not answer.
    """
    import botocore.exceptions as sdk
    from botocore.parsers import ResponseParserError

    try:
        yield
    except ResponseParserError:
        raise PluginError(
            f"{what}: the stand-in for AWS has no such call, or failed inside: look at its output"
        ) from None
    except sdk.ClientError as error:
        answer: Any = error.response.get("Error", {})
        text = " ".join(str(answer.get("Message", error)).split())
        raise PluginError(f"{what}: {error.operation_name} was refused: {answer.get('Code')}: {text}") from None
    except sdk.ParamValidationError as error:
        raise PluginError(f"{what}: {' '.join(str(error).split())}") from None
    except (sdk.BotoCoreError, sdk.HTTPClientError) as error:
        raise PluginError(f"{what}: the stand-in for AWS does not answer: {' '.join(str(error).split())}") from None


@contextmanager
def gone_is_fine(*codes: str) -> Iterator[None]:
    """Ignore that an object is not there.

    Args:
        codes: the service's error codes for "not there".
    """
    import botocore.exceptions as sdk

    try:
        yield
    except sdk.ClientError as error:
        if error.response.get("Error", {}).get("Code") not in codes:
            raise
