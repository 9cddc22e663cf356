"""Passwords by reference: resolved at the moment of use, never kept, never part of a message.

A reference is ``file:<path>`` (relative to the program's folder), ``env:<NAME>``, ``ssm:<parameter name>`` or
``secretsmanager:<secret id>``. The last two need boto3, which the extra ``aws`` installs.
"""

from __future__ import annotations

import os
from pathlib import Path

from ..errors import Refusal, Unreachable

REGION = "pulumi_timescaledb.region"  # of the session: where AWS keeps what references of declared roles name
SCHEMES = ("file", "env", "ssm", "secretsmanager")


class BadReference(Refusal):
    """A password reference cannot be used; the sentence names the reference and the remedy, never the password."""


def validate(reference: str, argument: str = "password_ref") -> str:
    """Return the reference when its form is right; raises :class:`BadReference` without showing what was given.

    What stands there instead of a reference may be a password, so the sentence never repeats it.
    """
    scheme, _, rest = reference.partition(":")
    if scheme not in SCHEMES or not rest:
        raise BadReference(
            f"{argument} is not a reference to a password; write file:<path>, env:<NAME>, ssm:<parameter> "
            f"or secretsmanager:<secret>, never the password itself"
        )
    return reference


def resolve(reference: str, argument: str = "password_ref", region: str = "") -> str:
    """The password behind a reference.

    Args:
        reference: where it is.
        argument: the name to refuse with.
        region: of AWS; empty is the environment's own.

    Raises:
        BadReference: when it cannot be had.
        Unreachable: when AWS has nothing under that name (yet): a host stores its password at its first boot.
    """
    scheme, _, rest = validate(reference, argument).partition(":")
    if scheme == "env":
        value = os.environ.get(rest, "")
        if not value:
            raise BadReference(f"{argument} names the environment variable {rest}, which is not set; export it")
        return value
    if scheme == "file":
        return _from_file(rest, argument)
    return _from_aws(scheme, rest, argument, region or None)


def _from_file(path: str, argument: str) -> str:
    try:
        value = Path(path).read_text(encoding="utf-8").strip("\r\n")
    except (OSError, ValueError) as error:  # ValueError: not UTF-8, or a zero byte in the path
        why = getattr(error, "strerror", "not text")
        raise BadReference(
            f"{argument} names the file {path}, which cannot be read ({why}); create it with the "
            f"password on one line and mode 0600"
        ) from None
    if not value:
        raise BadReference(f"{argument} names the file {path}, which is empty; write the password into it")
    return value


def _from_aws(scheme: str, name: str, argument: str, region: str | None) -> str:
    try:
        import boto3
        from botocore.exceptions import BotoCoreError, ClientError
    except ImportError:
        raise BadReference(
            f"{argument} is a {scheme}: reference, which needs boto3; install pulumi-timescaledb[aws]"
        ) from None
    try:
        if scheme == "ssm":
            answer = boto3.client("ssm", region_name=region).get_parameter(Name=name, WithDecryption=True)
            return str(answer["Parameter"]["Value"])
        store = boto3.client("secretsmanager", region_name=region)
        return str(store.get_secret_value(SecretId=name)["SecretString"])
    except (BotoCoreError, ClientError) as error:
        code = error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__
        if code in ("ParameterNotFound", "ResourceNotFoundException"):
            raise Unreachable(
                f"{argument} names {scheme}:{name}, which AWS does not hold ({code}); a host stores it at its first "
                f"boot, else check the name and the region"
            ) from None
        raise BadReference(
            f"{argument} names {scheme}:{name}, which AWS did not give ({code}); check the name, the region and the "
            f"permission to read it"
        ) from None
