"""The container of ``target=docker``."""

from __future__ import annotations

from dataclasses import dataclass

from .forms import IMAGE, PORT, SIZE, TRUTH, choice, optional, whole_number
from .key import setting

DISTRIBUTION = "distribution"


@dataclass(frozen=True)
class Docker:
    """image and image_family: which server, and where its files lie. pull: the image comes from a registry.
    memory, cpus: limits, from which PostgreSQL is tuned. port: on the loopback address."""

    image: str | None = setting(
        optional(IMAGE), "", "Image of the server: exact tag, digest or image id; needed for target docker."
    )
    image_family: str | None = setting(
        optional(choice(DISTRIBUTION, "timescaledb", "timescaledb-ha")),
        "",
        "Which family the image is of: distribution (Apache edition), timescaledb or timescaledb-ha.",
    )
    postgres_version: int = setting(whole_number(15, 18), 17, "Major version of PostgreSQL in the image, 15 to 18.")
    pull: bool = setting(TRUTH, False, "Whether the image comes from a registry; false uses the one on the engine.")
    memory: str = setting(SIZE, "1GiB", "Memory limit of the container; PostgreSQL is tuned from it.")
    cpus: int = setting(whole_number(1, 512), 2, "CPU limit of the container; PostgreSQL is tuned from it.")
    port: int = setting(PORT, 15432, "Port on the loopback address where the database is published.")
