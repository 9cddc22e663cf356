"""Checks of arguments that the components of an EC2 host share; pure, one argument each."""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from ...server import BadValue, NotAReference, OutOfRange
from .. import arguments as check
from ..arguments import STACK_TAG

IDENTITY_TAG = "timescaledb-database"
"""Tag by which the boot program, the role's conditions and every look-up know what belongs to a database."""

Checks = Mapping[str, Callable[[Any], Any]]

_ID = re.compile(r"[0-9a-f]{8}|[0-9a-f]{17}")
_NAME = re.compile(r"[a-z][a-z0-9-]{0,38}[a-z0-9]")
_LOOKED_UP = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _./:@-]{0,254}")
_REFERENCE = re.compile(r"ssm:/[\w/.-]+|secretsmanager:[\w/+=.@:-]+")
_ARN = re.compile(r"arn:[a-z-]+:[a-z0-9-]+:[a-z0-9-]*:\d*:\S+")
_DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_LOG_GROUP = re.compile(r"[A-Za-z0-9_/.#-]{1,512}")
_PARAMETER = re.compile(r"(/[\w.-]+){1,15}")
_MOST_TAGS = 40  # EC2 takes 50; the components add their own


def refuse(
    declared: type, args: Mapping[str, Any], named: Mapping[str, Any], checks: Checks, plain: Collection[str] = ()
) -> None:
    """Check names, and each argument that is known by itself.

    Args:
        declared: the TypedDict of the arguments.
        args: the arguments whose values are known now.
        named: all arguments given.
        checks: by argument; one without a check is taken as it is.
        plain: arguments that decide which resources exist, which a preview must know.

    Raises:
        ArgumentRefused: naming the first argument that cannot be used.
    """
    required: Collection[str] = getattr(declared, "__required_keys__", ())
    check.known_names(named, declared.__annotations__, required)
    for name in plain:
        if name in named and name not in args:
            raise BadValue(name, "depends on another resource", "give it a plain value; it decides what is created")
    for name, value in args.items():
        if value is not None and name in checks:
            checks[name](value)


def given(args: Mapping[str, Any], checks: Checks) -> dict[str, Any]:
    """The arguments that are there, each as its check returns it."""
    return {name: checks[name](value) if name in checks else value for name, value in args.items() if value is not None}


def database_name(value: Any) -> str:
    """The name of the environment's database on AWS: it names resources and stands in tags and metrics."""
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        remedy = "write 2 to 40 lower-case letters, digits and dashes, a letter first"
        raise BadValue("database_name", "is not a name that all of AWS takes", remedy)
    return value


def is_id(value: str, prefix: str) -> bool:
    """Whether a text is an id of EC2, such as ``vpc-0a1b2c3d``."""
    return value.startswith(f"{prefix}-") and bool(_ID.fullmatch(value[len(prefix) + 1 :]))


def resource_id(value: Any, argument: str, prefix: str) -> str:
    """An id of EC2 and no name."""
    if not isinstance(value, str) or not is_id(value, prefix):
        raise BadValue(
            argument, f"is not an id of the form {prefix}-...", f"write one such as {prefix}-0123456789abcdef0"
        )
    return value


def looked_up(value: Any, argument: str, prefix: str) -> str:
    """An id, or the value of the tag Name."""
    text = isinstance(value, str) and _LOOKED_UP.fullmatch(value)
    # a mistyped id would be searched for as a name, and the sentence would speak of names
    mistyped = text and value.startswith(f"{prefix}-0") and not is_id(value, prefix)
    if not text or mistyped:
        remedy = f"write {prefix}- and 17 hexadecimal digits, or the value of its tag Name"
        raise BadValue(argument, "is neither an id nor a name", remedy)
    return str(value)


def zone(value: Any) -> str:
    """An availability zone."""
    if not isinstance(value, str) or not re.fullmatch(r"[a-z]{2}(-[a-z]+)+-\d[a-z0-9-]*[a-z]", value):
        raise BadValue("availability_zone", "is not an availability zone", 'write one such as "us-east-1a"')
    return value


def tags(value: Any) -> dict[str, str]:
    """Tags of a user: texts, none that AWS or this library sets."""
    if not isinstance(value, Mapping) or not all(isinstance(part, str) for pair in value.items() for part in pair):
        raise BadValue("tags", "is not a mapping of texts", 'write {"team": "data"}')
    for key, text in value.items():
        if key in (IDENTITY_TAG, STACK_TAG, "Name"):
            raise BadValue("tags", f"contains {key}, which the component sets", "leave that one out")
        if key.lower().startswith("aws:") or not 1 <= len(key) <= 128 or len(text) > 256:
            raise BadValue(
                "tags", f"contains {key[:20]!r}, which AWS does not take", "shorten it, and no aws: before it"
            )
    if len(value) > _MOST_TAGS:
        raise OutOfRange("tags", f"has {len(value)} entries", f"give at most {_MOST_TAGS}")
    return dict(value)


def password_reference(value: Any) -> str:
    """Where the host finds the password; what was given is never repeated, since it may be the password."""
    if not isinstance(value, str) or not _REFERENCE.fullmatch(value):
        remedy = "write ssm:/path or secretsmanager:name, never the password"
        raise NotAReference("password_ref", "is not a reference that a host on EC2 can use", remedy)
    if re.match(r"ssm:/(aws|ssm)", value, re.IGNORECASE):
        raise NotAReference(
            "password_ref", "names a path that AWS keeps for itself", "begin it with a word of your own"
        )
    return value


def parameter(value: Any, argument: str) -> str:
    """The name of an SSM parameter, with its path."""
    if not isinstance(value, str) or not _PARAMETER.fullmatch(value):
        raise BadValue(argument, "is not the path of an SSM parameter", "write one such as /lighthouse/dev/ca")
    return value


def log_group(value: Any) -> str:
    """The name of a log group (CloudWatch Logs, CreateLogGroup)."""
    if not isinstance(value, str) or not _LOG_GROUP.fullmatch(value):
        raise BadValue("log_group", "is not the name of a log group", "write one such as /timescaledb/lighthouse-dev")
    return value


def arn(value: Any, argument: str) -> str:
    """An ARN."""
    if not isinstance(value, str) or not _ARN.fullmatch(value):
        raise BadValue(argument, "is not an ARN", "write it whole: arn:aws:<service>:<region>:<account>:<resource>")
    return value


def arns(value: Any, argument: str) -> list[str]:
    """A list of ARNs; a text would be a list of letters."""
    if not isinstance(value, (list, tuple)):
        raise BadValue(argument, "is not a list", "write the ARNs in brackets")
    return [arn(each, f"{argument}[{place}]") for place, each in enumerate(value)]


def domain_name(value: Any, argument: str = "domain_name") -> str:
    """A DNS name in lower case."""
    if not isinstance(value, str) or len(value) > 253 or not _DOMAIN.fullmatch(value):
        raise BadValue(
            argument, "is not a DNS name", 'write it in lower case without a dot at its end: "db.example.com"'
        )
    return value
