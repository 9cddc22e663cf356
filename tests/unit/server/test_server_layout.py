"""Where each image family keeps its data; checked against a written table, not against the images themselves."""

from __future__ import annotations

import pytest
from pulumi_timescaledb.server import FAMILIES, POSTGRES_VERSIONS, OutOfRange, UnknownArgument, layout_of

# family, major: uid, PGDATA, mount, starts as root, pg_cron preloaded
TABLE = {
    ("distribution", 17): (999, "/var/lib/postgresql/17/docker", "/var/lib/postgresql", True, True),
    ("distribution", 18): (999, "/var/lib/postgresql/18/docker", "/var/lib/postgresql", True, True),
    ("timescaledb", 17): (70, "/var/lib/postgresql/data", "/var/lib/postgresql/data", True, False),
    ("timescaledb", 18): (70, "/var/lib/postgresql/18/docker", "/var/lib/postgresql", True, False),
    ("timescaledb-ha", 17): (1000, "/home/postgres/pgdata/data", "/home/postgres/pgdata", False, False),
    ("timescaledb-ha", 18): (1000, "/home/postgres/pgdata/data", "/home/postgres/pgdata", False, False),
}


@pytest.mark.parametrize(("family", "postgres"), TABLE)
def test_the_layout_is_the_images(family: str, postgres: int) -> None:
    """User, data directory, mount and preloading of each family before and after PostgreSQL 18 moved them."""
    found = layout_of(family, postgres)
    assert (found.uid, found.pgdata, found.mount, found.starts_as_root, found.preloads_cron) == TABLE[family, postgres]
    assert found.gid == found.uid


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("postgres", POSTGRES_VERSIONS)
def test_the_data_lies_on_the_volume(family: str, postgres: int) -> None:
    """A data directory beside the mount would be lost with the container."""
    found = layout_of(family, postgres)
    assert f"{found.pgdata}/".startswith(f"{found.mount}/")
    assert found.preload_libraries[0] == "timescaledb"
    assert "pg_stat_statements" in found.preload_libraries
    assert ("pg_cron" in found.preload_libraries) == found.preloads_cron
    assert found.has_cron or not found.preloads_cron


@pytest.mark.parametrize("family", FAMILIES)
def test_only_an_entry_point_that_starts_as_root_keeps_capabilities(family: str) -> None:
    """An image that runs as postgres from the start needs none, and none has more than the five."""
    found = layout_of(family, 17)
    assert bool(found.capabilities) == found.starts_as_root
    assert len(found.capabilities) in (0, 5)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_vendors_own_tuning_is_off(family: str) -> None:
    """Where an image would tune and report by itself it is told not to."""
    vendors = {} if family == "distribution" else {"NO_TS_TUNE": "true", "TIMESCALEDB_TELEMETRY": "off"}
    assert layout_of(family, 17).environment == vendors


def test_unknown_families_and_versions_are_refused() -> None:
    """The refusal names the argument that a host declares."""
    with pytest.raises(UnknownArgument) as family:
        layout_of("alpine", 17)
    with pytest.raises(OutOfRange) as version:
        layout_of("timescaledb", 14)
    assert (family.value.argument, version.value.argument) == ("image_family", "postgres_version")
