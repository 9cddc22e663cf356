"""Lighthouse's database in a container."""

from ..hosts import docker
from ..settings import Settings
from .placed import Placed, placed

DEFAULT_PASSWORD_REF = "file:.local/password"  # noqa: S105 - a reference, not a password


def place(wanted: Settings) -> Placed:
    """The host of target docker."""
    host = docker.Database(
        "lighthouse",
        {
            # agreement.docker_has_image has refused a target docker without these two
            "image": wanted.docker.image or "",
            "image_family": wanted.docker.image_family or "",
            "postgres_version": wanted.docker.postgres_version,
            "pull": wanted.docker.pull,
            "memory": wanted.docker.memory,
            "cpus": wanted.docker.cpus,
            "port": wanted.docker.port,
            "container_name": wanted.name,
            "network_name": wanted.name,
            "volume_name": wanted.name,
            "database": wanted.server.database,
            "user": wanted.server.database_user,
            "password_ref": wanted.server.password_ref or DEFAULT_PASSWORD_REF,
        },
    )
    return placed(host, estimated_monthly_cost=0)
