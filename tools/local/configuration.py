"""Pulumi.local.yaml: what `make up` decides (image, name, port), beside whatever the person set by hand."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import yaml

from tools.local import places, private
from tools.local.failure import Stop
from tools.local.image import Image

FILE = f"Pulumi.{places.STACK}.yaml"
FIRST_PORT = 15432
_OURS = ("name", "image", "image_family", "postgres_version", "port")


def project(root: Path = places.ROOT) -> str:
    """The project's name, from Pulumi.yaml."""
    return str(_load(root / "Pulumi.yaml").get("name", "lighthouse"))


def get(key: str, default: Any = None) -> Any:
    """A setting of the local stack as it is written now."""
    return (_load(places.ROOT / FILE).get("config") or {}).get(f"{project()}:{key}", default)


def base_name() -> str:
    """Base name of container, network and volume: project, stack, and a hash that keeps two checkouts apart."""
    return str(get("name") or f"{project()}-{places.STACK}-{places.short_hash(str(places.LOCAL))}")


def is_docker() -> bool:
    """True unless the person pointed the local stack at a server that exists already."""
    return str(get("target", "docker")) == "docker"


def write(image: Image, port: int) -> bool:
    """Bring our keys up to date and keep all others; True when the file changed."""
    document = _load(places.ROOT / FILE)
    config = document.setdefault("config", {})
    before = dict(config)
    name = project()
    config.update({f"{name}:{key}": value for key, value in _ours(image, port).items()})
    for key, value in _defaults(image.edition == "apache").items():
        config.setdefault(f"{name}:{key}", value)
    if config == before:
        return False
    private.write(places.ROOT / FILE, _text(document), mode=0o644)
    return True


def forget() -> list[str]:
    """Take our keys and the stack's encryption salt out of the file; it goes when nothing of the person's is left.

    Returns:
        The person's own keys, which stay.
    """
    path = places.ROOT / FILE
    document = _load(path)
    config, name = document.get("config") or {}, project()
    for key in (*_OURS, *(["target"] if is_docker() else [])):
        config.pop(f"{name}:{key}", None)
    for key, value in _defaults(apache=True).items():
        if config.get(f"{name}:{key}") == value:
            del config[f"{name}:{key}"]
    if not config:
        path.unlink(missing_ok=True)
        return []
    private.write(path, _text({"config": config}), mode=0o644)
    return sorted(config)


def _ours(image: Image, port: int) -> dict[str, Any]:
    return {
        "target": "docker",
        "name": base_name(),
        "image": image.reference,
        "image_family": image.family,
        "postgres_version": image.postgres_version,
        "port": port,
    }


def _defaults(apache: bool) -> dict[str, Any]:
    """What we write only where the person has not decided."""
    fallback = {"apache_fallback": True} if apache else {}
    return {"password_ref": f"file:{places.LOCAL.name}/password", **fallback}


def port(in_use_by_us: set[int]) -> int:
    """The stack's port: the one of last time, else the first free one from 15432 on.

    Args:
        in_use_by_us: ports that this stack's own container publishes now.

    Raises:
        Stop: another program took the port of last time.
    """
    chosen = get("port")
    if chosen is None:
        return next(number for number in range(FIRST_PORT, 65536) if number in in_use_by_us or is_free(number))
    number = int(chosen)
    if number in in_use_by_us or is_free(number):
        return number
    raise Stop(
        f"port {number} on 127.0.0.1 is taken by another program: end that program, "
        f"or choose another port by changing {project()}:port in {FILE}."
    )


def is_free(number: int) -> bool:
    """True when a server could listen on the loopback port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", number))
        except OSError:
            return False
    return True


def _text(document: dict[str, Any]) -> str:
    return str(yaml.safe_dump(document, sort_keys=True, allow_unicode=True, width=120))


def _load(path: Path) -> dict[str, Any]:
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except yaml.YAMLError as error:
        raise Stop(
            f"{path.name} is not valid YAML ({' '.join(str(error).split())}): correct it, or delete it."
        ) from error
    return found if isinstance(found, dict) else {}
