"""Passwords are references: a value among the properties is a value in the state, in logs and in backups of both."""

from __future__ import annotations

import base64
import binascii
import gzip
import re
from collections.abc import Iterator

from timescaledb_policy.resource import UNKNOWN, Resource, entries, walk
from timescaledb_policy.rule import Config, Finding, ResourceRule, Severity

CONTAINER = "docker:index/container:Container"
INSTANCE, TEMPLATE = "aws:ec2/instance:Instance", "aws:ec2/launchTemplate:LaunchTemplate"
PARAMETER = "aws:ssm/parameter:Parameter"
REFERENCE = "name a password_ref such as secretsmanager:<secret> or ssm:<parameter> instead"

_NAME = re.compile(r"(^|_)(password|passwd|passphrase|secret_string|secret_value|auth_token)$")
_URL = re.compile(r"\w+://[^/\s:@]*:(?![$<{])[^/\s:@]+@")
_REFERS = re.compile(r"(?:ssm|secretsmanager|file|env):")
# what follows a name of a password where it is the password: no reference, no variable, no command, no sentence
_VALUE = r"[\"']?(?!(?:ssm|secretsmanager|file|env):)(?![$<{`\"'\s])"
_ASSIGNED = re.compile(rf"(?:^|[\s;\"'])\w*password={_VALUE}\S", re.IGNORECASE | re.MULTILINE)
_KEYED = re.compile(rf"^[\s-]*\w*password:\s+{_VALUE}[^\s\"'#]+[\"']?\s*$", re.IGNORECASE | re.MULTILINE)
_ENVIRONMENT = re.compile(r"(PGPASSWORD|\w*_PASSWORD)=.+")
_MOST_BYTES = 1 << 20  # of unpacked user data that is looked at; EC2 takes 16 KiB packed


def _property(resource: Resource, config: Config) -> Iterator[Finding]:
    for path, value in walk(resource.props):
        if value is UNKNOWN or not isinstance(value, str) or not value or path[0] == "__provider":
            continue
        named = _NAME.search(_snake(next((part for part in reversed(path) if not part.isdigit()), "")))
        if (named and not _REFERS.match(value)) or _URL.search(value):
            # neither the value nor any part of it
            yield Finding(f"holds a password in {'.'.join(path)}", REFERENCE)


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _environment(resource: Resource, config: Config) -> Iterator[Finding]:
    for each in entries(resource.of("envs")):
        found = _ENVIRONMENT.fullmatch(each) if isinstance(each, str) else None
        if found:
            yield Finding(
                f"carries {found[1]} in its environment, which docker inspect shows",
                f"upload a file and set {found[1]}_FILE",
            )


def _user_data(resource: Resource, config: Config) -> Iterator[Finding]:
    for name in ("userData", "userDataBase64"):
        # a cloud-config may be JSON, whose files stand on one line
        text = unpacked(resource.of(name)).replace("\\n", "\n")
        if _ASSIGNED.search(text) or _KEYED.search(text) or _URL.search(text):
            yield Finding("carries a password in its user data, which every program on it can read", REFERENCE)


def unpacked(value: object) -> str:
    """User data as text: as it is, from base64, from gzip within base64; empty where there is none."""
    if not isinstance(value, str):
        return ""
    try:
        data = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return value
    if data.startswith(b"\x1f\x8b"):
        try:
            data = gzip.decompress(data)[:_MOST_BYTES]
        except (OSError, EOFError):
            return ""
    return data.decode("utf-8", "replace")


def _parameter(resource: Resource, config: Config) -> Iterator[Finding]:
    name = resource.of("name")
    kind = resource.of("type")
    named = isinstance(name, str) and re.search(r"(password|passwd|secret)$", name, re.IGNORECASE)
    if named and kind not in ("SecureString", UNKNOWN):
        yield Finding(f"is a parameter of type {kind}, which is kept in the clear", 'set type to "SecureString"')


RULES = (
    ResourceRule(
        "no-password-property",
        "No property of any resource holds a password, not even as a Pulumi secret: references are enough.",
        (),
        _property,
        severity=Severity.CRITICAL,
    ),
    ResourceRule(
        "no-password-in-container-environment",
        "A container gets its password as a file: its environment is shown by docker inspect and inherited.",
        (CONTAINER,),
        _environment,
    ),
    ResourceRule(
        "no-password-in-user-data",
        "User data holds no password: the metadata service gives it to every program on the host.",
        (INSTANCE, TEMPLATE),
        _user_data,
        severity=Severity.CRITICAL,
    ),
    ResourceRule(
        "secure-parameter",
        "A parameter named as a password is a SecureString.",
        (PARAMETER,),
        _parameter,
    ),
)
