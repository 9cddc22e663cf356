"""The arguments of a database on a Docker engine."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from typing_extensions import NotRequired, TypedDict


class DatabaseArgs(TypedDict):
    """A TimescaleDB server in one container, with a network and a volume of its own."""

    image: pulumi.Input[str]
    """Image reference that stays the same image: an exact tag, a digest or an image id. ``latest`` is refused."""

    image_family: pulumi.Input[str]
    """Which files lie where in the image: ``distribution``, ``timescaledb`` or ``timescaledb-ha``."""

    memory: pulumi.Input[str]
    """Memory of the container with its unit, at least ``256MiB``; the server is tuned for it and swap is off."""

    cpus: pulumi.Input[float]
    """CPUs of the container, above 0; a fraction counts as a whole CPU in the tuning."""

    port: pulumi.Input[int]
    """TCP port published on ``host_ip``."""

    password_ref: pulumi.Input[str]
    """``file:<path>`` of the superuser's password: one line, mode 0600; relative to the program's folder."""

    postgres_version: NotRequired[pulumi.Input[int]]
    """Major version of PostgreSQL in the image. Default 17."""

    database: NotRequired[pulumi.Input[str]]
    """Database made at the first start. Default ``postgres``."""

    user: NotRequired[pulumi.Input[str]]
    """Superuser made at the first start. Default ``postgres``."""

    host_ip: NotRequired[pulumi.Input[str]]
    """Loopback or private address the port is published on. Default ``127.0.0.1``."""

    settings: NotRequired[pulumi.Input[Mapping[str, pulumi.Input[Any]]]]
    """PostgreSQL settings over the tuned ones, such as ``{"work_mem": "64MB"}``. Visible to ``docker inspect``."""

    preload_libraries: NotRequired[pulumi.Input[Sequence[pulumi.Input[str]]]]
    """Libraries of the image preloaded beside TimescaleDB and pg_stat_statements. Default none."""

    max_background_workers: NotRequired[pulumi.Input[int]]
    """TimescaleDB's workers for schedulers and jobs. Default and least 16."""

    container_name: NotRequired[pulumi.Input[str]]
    """Name of the container on the engine. Default the component's name."""

    network_name: NotRequired[pulumi.Input[str]]
    """Name of the network. Default the component's name."""

    volume_name: NotRequired[pulumi.Input[str]]
    """Name of the data volume. Default ``<component's name>-data``. Another name is another, empty volume."""

    data_path: NotRequired[str]
    """Absolute folder on the engine's machine for the data instead of a volume; a plain value, owned by the image's
    postgres user where the image does not start as root (``timescaledb-ha``: 1000:1000)."""

    retain_data: NotRequired[bool]
    """Leave the volume behind when it is removed from the program. A plain value; default False."""

    pull: NotRequired[bool]
    """Pull the image from its registry; else it must be on the engine already. A plain value; default False."""

    labels: NotRequired[pulumi.Input[Mapping[str, pulumi.Input[str]]]]
    """More labels for the container. Default none."""
