"""What goes into the image, and the hash that names it: the same recipe is built once, another one gets another tag."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

REPOSITORY = "pulumi-timescaledb/timescaledb"
RECIPE_LABEL = "pulumi_timescaledb.recipe"
VERSION_LABEL = "pulumi_timescaledb.timescaledb"

SUITE = "trixie"  # the first Debian release with TimescaleDB, and the one with PostgreSQL 17
POSTGRES_MAJOR = 17
UID = 999  # the id of `postgres` in the official Debian images: volumes move between both without a chown
PACKAGES = (
    f"postgresql-{POSTGRES_MAJOR}",
    f"postgresql-{POSTGRES_MAJOR}-timescaledb",
    f"postgresql-{POSTGRES_MAJOR}-cron",
    "pgbackrest",
)
ENTRYPOINT = Path(__file__).with_name("entrypoint")

# Documentation and translations are no use in a container; licences (copyright files) stay.
DPKG_EXCLUDES = """\
path-exclude=/usr/share/doc/*
path-include=/usr/share/doc/*/copyright
path-exclude=/usr/share/man/*
path-exclude=/usr/share/info/*
path-exclude=/usr/share/locale/*
"""

# Our entrypoint makes the cluster, in the volume; the package must not make one in the image.
CLUSTER_CONF = "create_main_cluster = false\n"


def changes(timescaledb: str) -> list[str]:
    """The image's configuration, as Dockerfile instructions."""
    bin_dir = f"/usr/lib/postgresql/{POSTGRES_MAJOR}/bin"
    return [
        f"ENV PATH={bin_dir}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "ENV LANG=C.UTF-8",
        f"ENV PG_MAJOR={POSTGRES_MAJOR}",
        f"ENV PGDATA=/var/lib/postgresql/{POSTGRES_MAJOR}/docker",
        'VOLUME ["/var/lib/postgresql"]',
        "EXPOSE 5432",
        "STOPSIGNAL SIGINT",
        'ENTRYPOINT ["/usr/local/bin/entrypoint"]',
        'CMD ["postgres"]',
        f"LABEL {RECIPE_LABEL}={digest()}",
        f"LABEL {VERSION_LABEL}={timescaledb}",
    ]


def digest() -> str:
    """First 12 characters of the SHA-256 of everything that decides the image's content."""
    parts = [SUITE, POSTGRES_MAJOR, UID, PACKAGES, DPKG_EXCLUDES, CLUSTER_CONF, ENTRYPOINT.read_text(encoding="utf-8")]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:12]


def reference(timescaledb: str) -> str:
    """The tag of the image built from this recipe with that TimescaleDB version."""
    return f"{REPOSITORY}:{timescaledb}-pg{POSTGRES_MAJOR}-{digest()}"
