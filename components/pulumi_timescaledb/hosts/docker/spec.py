"""The arguments of a Docker database, checked and completed; plain values only.

Each argument has one check, used at once for what the program knows and again once everything is known.
"""

import ipaddress
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from ...server import (
    FAMILIES,
    MIB,
    BadValue,
    Layout,
    Machine,
    OutOfRange,
    Reference,
    Setting,
    UnknownArgument,
    layout_of,
    parameters,
    parse_reference,
    parse_size,
)
from ...server.image import require_postgres
from ...server.tuning import DEFAULT_BACKGROUND_WORKERS, SMALLEST_MEMORY
from .. import arguments as check
from .args import DatabaseArgs

REQUIRED = frozenset(DatabaseArgs.__required_keys__)
# these decide which resources exist, which a preview must know
STRUCTURAL = ("data_path", "pull", "retain_data")
STACK_LABEL = "pulumi_timescaledb.stack"

_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}")  # Docker's own rule, and short enough to be a host name
_LIBRARY = re.compile(r"[A-Za-z0-9_$/-]+")
_MOST_CPUS = 1024


@dataclass(frozen=True)
class Spec:
    """A checked declaration with every default filled in. Sizes are bytes; names are those on the engine."""

    image: Reference
    layout: Layout
    memory: int
    cpus: float
    port: int
    password_ref: str
    container_name: str
    network_name: str
    volume_name: str
    stack: str
    host_ip: str = "127.0.0.1"
    database: str = "postgres"
    user: str = "postgres"
    data_path: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Setting] = field(default_factory=dict)


def refuse(args: Mapping[str, Any], named: Mapping[str, Any]) -> None:
    """Check each argument that is plain by itself.

    Args:
        args: the arguments whose values are known.
        named: all arguments given, for the check of names.

    Raises:
        ArgumentRefused: naming the first argument that cannot be used.
    """
    check.known_names(named, DatabaseArgs.__annotations__, REQUIRED)
    for name in STRUCTURAL:
        if name in named and name not in args:
            raise BadValue(name, "depends on another resource", "give it a plain value; it decides what is created")
    for name, value in args.items():
        if value is not None:
            _CHECKS[name](value)
    if "image" in args and "image_family" in args:
        parse_reference(args["image"], args["image_family"])


def specify(name: str, stack: str, args: Mapping[str, Any]) -> Spec:
    """The whole declaration of the component ``name``, checked across its arguments.

    Args:
        name: the component's name, which the names on the engine default to.
        stack: ``project/stack`` for the label.
        args: every argument, plain.

    Raises:
        ArgumentRefused: for an argument that cannot be used, alone or beside the others.
    """
    refuse(args, args)
    given = {key: _CHECKS[key](value) for key, value in args.items() if value is not None}
    family = given["image_family"]
    postgres = given.get("postgres_version", 17)
    layout = layout_of(family, postgres)
    image = parse_reference(given["image"], family)
    require_postgres(image, family, postgres)
    database = given.get("database", "postgres")
    workers = given.get("max_background_workers", DEFAULT_BACKGROUND_WORKERS)
    check.password_file(given["password_ref"])
    container = given.get("container_name") or _name(name, "container_name")
    return Spec(
        image=image,
        layout=layout,
        memory=given["memory"],
        cpus=given["cpus"],
        port=given["port"],
        password_ref=given["password_ref"],
        container_name=container,
        network_name=given.get("network_name") or _name(name, "network_name"),
        volume_name=given.get("volume_name") or f"{name}-data",
        stack=stack,
        host_ip=given.get("host_ip", "127.0.0.1"),
        database=database,
        user=given.get("user", "postgres"),
        data_path=given.get("data_path"),
        labels=given.get("labels", {}),
        settings=parameters(
            Machine(given["memory"], max(1, math.ceil(given["cpus"])), workers),
            layout,
            database=database,
            overrides=given.get("settings", {}),
            extra_libraries=given.get("preload_libraries", ()),
        ),
    )


def _name(value: Any, argument: str) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        remedy = "use letters, digits, dots, dashes and underscores, at most 63, the first a letter or digit"
        raise BadValue(argument, "is not a name Docker takes", remedy)
    return value


def _memory(value: Any) -> int:
    size = parse_size(value, "memory")
    if size < SMALLEST_MEMORY:
        raise OutOfRange("memory", "is below 256MiB", 'declare at least "256MiB", better "1GiB"')
    if size % MIB:
        raise BadValue("memory", "is not a whole number of MiB", 'write a size such as "1536MiB"')
    return size


def _cpus(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise BadValue("cpus", "is not a number", "write a number such as 2 or 1.5")
    if not 0.01 <= value <= _MOST_CPUS:
        raise OutOfRange("cpus", f"is {value:g}", "declare at least 0.01 CPUs and no more than the machine has")
    return float(value)


def _host_ip(value: Any) -> str:
    try:
        address = ipaddress.ip_address(value)
    except ValueError:
        raise BadValue("host_ip", "is not an IP address", 'write an address such as "127.0.0.1"') from None
    if address.is_unspecified or not address.is_private:
        remedy = 'publish on "127.0.0.1" or on a private address of this machine'
        raise OutOfRange("host_ip", f"is {address}, which anybody may reach", remedy)
    return str(address)


def _family(value: Any) -> str:
    if value not in FAMILIES:
        raise UnknownArgument("image_family", "is not a known family", f"choose one of {', '.join(FAMILIES)}")
    return str(value)


def _data_path(value: Any) -> str:
    path = check.text(value, "data_path", "an absolute path on the Docker engine's machine")
    parts = PurePosixPath(path)
    if not parts.is_absolute() or ".." in parts.parts or ":" in path or len(parts.parts) < 3:
        remedy = 'write an absolute path at least two folders deep such as "/srv/lighthouse"'
        raise BadValue("data_path", "is not a folder of its own", remedy)
    return str(parts)


def _labels(value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping) or not all(isinstance(part, str) for pair in value.items() for part in pair):
        raise BadValue("labels", "is not a mapping of texts", 'write {"team": "data"}')
    if STACK_LABEL in value:
        raise BadValue("labels", f"contains {STACK_LABEL}, which the component sets", "leave that one out")
    return dict(value)


def _settings(value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise BadValue("settings", "is not a mapping", 'write {"work_mem": "64MB"}')
    return dict(value)


def _libraries(value: Any) -> list[str]:
    plain = isinstance(value, (list, tuple)) and all(
        isinstance(item, str) and _LIBRARY.fullmatch(item) for item in value
    )
    if not plain:
        raise BadValue("preload_libraries", "is not a list of library names", 'write ["auto_explain"]')
    return list(value)


_CHECKS: Mapping[str, Callable[[Any], Any]] = {
    # whether the tag is exact depends on the family, so that is asked in specify()
    "image": lambda value: check.text(value, "image", 'an image reference such as "timescale/timescaledb:2.29.2-pg17"'),
    "image_family": _family,
    "memory": _memory,
    "cpus": _cpus,
    "port": check.port,
    "password_ref": lambda value: check.password_reference(value, ("file",)),
    "postgres_version": lambda value: layout_of(FAMILIES[0], check.whole(value, "postgres_version", 1, 99)).postgres,
    "database": lambda value: check.identifier(value, "database"),
    "user": lambda value: check.identifier(value, "user"),
    "host_ip": _host_ip,
    "settings": _settings,
    "preload_libraries": _libraries,
    "max_background_workers": lambda value: check.whole(
        value, "max_background_workers", DEFAULT_BACKGROUND_WORKERS, 1024
    ),
    "container_name": lambda value: _name(value, "container_name"),
    "network_name": lambda value: _name(value, "network_name"),
    "volume_name": lambda value: _name(value, "volume_name"),
    "data_path": _data_path,
    "retain_data": lambda value: check.flag(value, "retain_data"),
    "pull": lambda value: check.flag(value, "pull"),
    "labels": _labels,
}
