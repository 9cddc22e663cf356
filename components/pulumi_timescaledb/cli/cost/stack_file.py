"""The settings of a stack that cost money, read from its file: neither Pulumi nor a login is needed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from ...errors import Refusal
from ...settings.ec2 import Ec2
from ...settings.key import PROJECT, keys_of
from ...settings.server import Server


def read(folder: Path, stack: str) -> tuple[Ec2, str | None]:
    """The host's settings and the reference of the password.

    Raises:
        Refusal: for a file that is missing, unreadable or not a stack's, or whose target is not AWS.
        BadSetting: for a value that is not right.
    """
    return of_file(_path(folder, stack))


def of_file(path: Path) -> tuple[Ec2, str | None]:
    """The same of a stack's file anywhere, such as that of another branch."""
    found = _config(path)
    target = found.get(f"{PROJECT}:target", "docker")
    if target != "ec2":
        stack = path.name.removeprefix("Pulumi.").removesuffix(".yaml")
        raise Refusal(
            f"the stack {stack} has target {target}, which AWS bills nothing for; name a stack with target ec2"
        )
    return of_config(found)


def of_config(given: Mapping[str, str]) -> tuple[Ec2, str | None]:
    """The same of a configuration; without keys, of the defaults."""
    ec2 = Ec2(**{key.name: key.parse(given.get(key.full_name)) for key in keys_of(Ec2)})
    reference = next(key for key in keys_of(Server) if key.name == "password_ref")
    return ec2, reference.parse(given.get(reference.full_name))


def config(folder: Path, stack: str) -> dict[str, str]:
    """The configuration in a stack's file, each value as the text that Pulumi hands over; raises Refusal."""
    return _config(_path(folder, stack))


def _path(folder: Path, stack: str) -> Path:
    return folder / f"Pulumi.{stack.rpartition('/')[2]}.yaml"


def _config(path: Path) -> dict[str, str]:
    try:
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        known = sorted(each.name[len("Pulumi.") : -len(".yaml")] for each in path.parent.glob("Pulumi.?*.yaml"))
        hint = f"choose one of {', '.join(known)}" if known else "give the project's folder with --cwd"
        raise Refusal(f"{path} is not there; {hint}") from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise Refusal(f"{path} cannot be read ({type(error).__name__}); mend it, or give --instance-type") from None
    found = said.get("config") if isinstance(said, Mapping) else None
    if not isinstance(found, Mapping):
        raise Refusal(f"{path} holds no config; write it, or give options such as --instance-type")
    return {str(name): _text(value) for name, value in found.items()}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
