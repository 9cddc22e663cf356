"""Checks of arguments that several hosts share; pure, one argument each.

Numbers may arrive as floats where a component is called through Pulumi's engine (15432.0 for 15432).
"""

import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ..server import BadValue, NotAReference, OutOfRange, UnknownArgument, UnusableFile

PASSWORD_SCHEMES = ("file", "env", "ssm", "secretsmanager")
STACK_TAG = "timescaledb-stack"
"""Tag by which a stack takes back what it has left behind; its value is project and stack."""
TLS_MODES = ("disable", "prefer", "require", "verify-full")

_BUCKET = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_BUCKETS_OF_AWS = ("xn--", "sthree-", "amzn-s3-demo-")
_OTHERS = 0o077  # group and everyone else: as libpq demands of a password file


def known_names(args: Mapping[str, Any], known: Collection[str], required: Collection[str]) -> None:
    """Refuse names that are no argument, and required ones that are absent or None.

    Raises:
        UnknownArgument: naming the closest argument there is.
        BadValue: for a missing one.
    """
    for name in sorted(set(args) - set(known)):
        close = get_close_matches(str(name), known, n=1)
        remedy = f"did you mean {close[0]}?" if close else f"choose among {', '.join(sorted(known))}"
        raise UnknownArgument(str(name), "is not an argument", remedy)
    for name in sorted(required):
        if args.get(name) is None:
            raise BadValue(name, "is missing", "declare it")


def text(value: Any, argument: str, example: str) -> str:
    """A text on one line that is not empty."""
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise BadValue(argument, "is not a text on one line", f"write {example}")
    return value


def flag(value: Any, argument: str) -> bool:
    """A boolean; "false" as a text would count as true."""
    if not isinstance(value, bool):
        raise BadValue(argument, "is not true or false", "write True or False")
    return value


def whole(value: Any, argument: str, least: int, most: int) -> int:
    """A whole number within bounds.

    Raises:
        BadValue: when it is no whole number.
        OutOfRange: when it lies outside.
    """
    integral = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    if isinstance(value, bool) or not integral:
        raise BadValue(argument, "is not a whole number", f"write a number from {least} to {most}")
    if not least <= value <= most:
        raise OutOfRange(argument, f"is {int(value)}", f"choose a number from {least} to {most}")
    return int(value)


def port(value: Any, argument: str = "port") -> int:
    """A TCP port."""
    return whole(value, argument, 1, 65535)


def identifier(value: Any, argument: str) -> str:
    """A database or role name: 1 to 63 bytes, as PostgreSQL keeps them (NAMEDATALEN - 1)."""
    name = text(value, argument, 'a name such as "postgres"')
    if len(name.encode()) > 63:
        raise OutOfRange(argument, "is longer than 63 bytes", "choose a shorter name; PostgreSQL would cut it")
    if argument == "database" and name in ("template0", "template1"):
        raise BadValue(argument, f'is "{name}", which PostgreSQL copies new databases from', "choose another name")
    return name


def one_of(value: Any, argument: str, choices: Collection[str]) -> str:
    """One of a few words."""
    if value not in choices:
        raise BadValue(argument, "is not one of the known words", f"choose one of {', '.join(choices)}")
    return str(value)


def password_reference(value: Any, schemes: Collection[str] = PASSWORD_SCHEMES) -> str:
    """A reference to a password; what was given is never repeated, since it may be the password.

    Raises:
        NotAReference: when it is no reference, or of a kind this host cannot use.
    """
    scheme, _, rest = value.partition(":") if isinstance(value, str) else ("", "", "")
    if scheme not in PASSWORD_SCHEMES or not rest or not rest.isprintable():
        forms = ", ".join(f"{name}:..." for name in schemes)
        raise NotAReference("password_ref", "is not a reference to a password", f"write {forms}, never the password")
    if scheme not in schemes:
        forms = " or ".join(f"{name}:" for name in schemes)
        raise NotAReference("password_ref", f"is a reference of the kind {scheme}:", f"this host takes {forms} only")
    return str(value)


def password_file(reference: str) -> Path:
    """The file behind a ``file:`` reference, once it can be used; relative paths start at the program's folder.

    Raises:
        UnusableFile: when it is missing, empty, more than one line, or readable by anybody but its owner.
    """
    path = Path(reference.partition(":")[2])
    try:
        mode, content = path.stat().st_mode, path.read_bytes()
    except OSError as error:
        remedy = "create it with the password on one line and mode 0600"
        raise UnusableFile("password_ref", f"names {path}, which cannot be read ({error.strerror})", remedy) from None
    if mode & _OTHERS:
        raise UnusableFile("password_ref", f"names {path}, which others can read", f"run chmod 600 {path}")
    if not content.strip():
        raise UnusableFile("password_ref", f"names {path}, which is empty", "write the password into it")
    if re.search(rb"[\r\n\0]", content.rstrip(b"\r\n")):
        raise UnusableFile("password_ref", f"names {path}, which has more than one line", "keep one password in it")
    return path


def bucket_name(value: Any, argument: str = "bucket_name") -> str:
    """A bucket's name. Dots are allowed by S3 and refused here: TLS certificates do not cover them.

    Raises:
        BadValue: for a name that S3 would not take, or should not.
    """
    if not isinstance(value, str) or not _BUCKET.fullmatch(value) or "--" in value or value.startswith(_BUCKETS_OF_AWS):
        raise BadValue(
            argument, "is not the name of a bucket", "write 3 to 63 small letters, digits and single -, ends without -"
        )
    return value
