"""Image references: which stay the same image and which do not; no registry is asked."""

from __future__ import annotations

import pytest
from pulumi_timescaledb.server import BadValue, MovingTag, VersionMismatch, edition_of, parse_reference
from pulumi_timescaledb.server.image import postgres_major_of, require_postgres

DIGEST = "sha256:" + "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("family", "text"),
    [
        ("timescaledb", "timescale/timescaledb:2.29.2-pg17"),
        ("timescaledb", "timescale/timescaledb:2.29.2-pg18-oss"),
        ("timescaledb", f"timescale/timescaledb:latest-pg17@{DIGEST}"),
        ("timescaledb", f"timescale/timescaledb@{DIGEST}"),
        ("timescaledb", "registry.example:5000/mirror/timescaledb:2.29.2-pg17"),
        ("timescaledb-ha", "timescale/timescaledb-ha:pg17.10-ts2.29.2"),
        ("timescaledb-ha", "timescale/timescaledb-ha:pg17.10-ts2.29.2-all-oss"),
        ("distribution", "pulumi-timescaledb/timescaledb:2.19.3-pg17-15a366bfd21c"),
        ("distribution", DIGEST),
    ],
)
def test_an_exact_reference_is_kept_as_written(family: str, text: str) -> None:
    """A full version, a digest or an image id names one image for ever."""
    assert parse_reference(text, family).text == text


@pytest.mark.parametrize(
    ("family", "text"),
    [
        ("timescaledb", "timescale/timescaledb"),
        ("timescaledb", "timescale/timescaledb:latest"),
        ("timescaledb", "timescale/timescaledb:latest-pg17"),
        ("timescaledb", "timescale/timescaledb:2.29-pg17"),
        ("timescaledb", "timescale/timescaledb:pg17"),
        ("timescaledb-ha", "timescale/timescaledb-ha:pg17"),
        ("timescaledb-ha", "timescale/timescaledb-ha:pg17-ts2.29"),
        ("timescaledb-ha", "timescale/timescaledb-ha:pg17-ts2.29.2"),
        ("timescaledb-ha", "timescale/timescaledb-ha:pg17.10-ts2.29-all"),
        ("distribution", "example/postgres:17"),
        ("distribution", "example/postgres:nightly-17.11.1"),
        ("distribution", "localhost:5000/postgres"),
    ],
)
def test_a_moving_reference_is_refused(family: str, text: str) -> None:
    """No tag, latest, and every tag that leaves a patch version open."""
    with pytest.raises(MovingTag) as refused:
        parse_reference(text, family)
    assert refused.value.argument == "image"


@pytest.mark.parametrize("value", ["", "Timescale/DB:1.2.3", "a b:1.2.3", "-x:1.2.3", "x:1.2.3@sha256:12", None, 7])
def test_what_is_no_reference_is_refused(value: object) -> None:
    """Docker would refuse it too, later and less clearly."""
    with pytest.raises(BadValue) as refused:
        parse_reference(value, "distribution")
    assert refused.value.argument == "image"


def test_the_parts_of_a_reference() -> None:
    """Registry, tag and digest come apart."""
    found = parse_reference(f"registry.example:5000/a/b:1.2.3@{DIGEST}", "distribution")
    assert (found.repository, found.tag, found.digest) == ("registry.example:5000/a/b", "1.2.3", DIGEST)


@pytest.mark.parametrize(
    ("family", "text", "major", "edition"),
    [
        ("timescaledb", "timescale/timescaledb:2.29.2-pg18", 18, "community"),
        ("timescaledb", "timescale/timescaledb:2.29.2-pg18-oss", 18, "apache"),
        ("timescaledb-ha", "timescale/timescaledb-ha:pg17.10-ts2.29.2-all-oss", 17, "apache"),
        ("timescaledb-ha", "timescale/timescaledb-ha:pg17.10-ts2.29.2", 17, "community"),
        ("timescaledb", DIGEST, None, "community"),
        ("distribution", "example/timescaledb:2.19.3-pg16-abc", None, "apache"),
    ],
)
def test_what_a_tag_promises(family: str, text: str, major: int | None, edition: str) -> None:
    """Vendors' tags tell the PostgreSQL version and the edition; ours is built from the Apache packages."""
    reference = parse_reference(text, family)
    assert (postgres_major_of(reference, family), edition_of(reference, family)) == (major, edition)


def test_another_major_version_than_declared_is_refused() -> None:
    """The server would not open a data directory of another version, and PGDATA differs."""
    reference = parse_reference("timescale/timescaledb:2.29.2-pg18", "timescaledb")
    require_postgres(reference, "timescaledb", 18)
    with pytest.raises(VersionMismatch) as refused:
        require_postgres(reference, "timescaledb", 17)
    assert refused.value.argument == "image"
