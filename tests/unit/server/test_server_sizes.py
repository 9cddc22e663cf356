"""Sizes as people write them and as PostgreSQL reads them; nothing about what a size is used for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_timescaledb.server import GIB, KIB, MIB, TIB, BadValue, parse_size, postgres_size
from pulumi_timescaledb.server.overrides import size_of


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("2GiB", 2 * GIB),
        ("2GB", 2 * GIB),
        ("512MiB", 512 * MIB),
        ("512 mb", 512 * MIB),
        ("1.5GiB", 1536 * MIB),
        ("64kB", 64 * KIB),
        (" 1TiB ", TIB),
    ],
)
def test_units_are_powers_of_1024_however_they_are_spelled(text: str, size: int) -> None:
    """PostgreSQL and Docker read 2GB that way too."""
    assert parse_size(text, "memory") == size


@pytest.mark.parametrize(
    "value", ["2", 2, 2147483648, 2.5, True, None, "", "2G", "GiB", "-1GiB", "0GB", "1,5GiB", "2PB", "0.3kB"]
)
def test_what_is_no_size_with_a_unit_is_refused(value: object) -> None:
    """A bare number is bytes to one reader and gigabytes to another."""
    with pytest.raises(BadValue) as refused:
        parse_size(value, "memory")
    assert refused.value.argument == "memory"


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (1, "1kB"),
        (KIB, "1kB"),
        (KIB * 3 // 2, "2kB"),
        (MIB, "1MB"),
        (MIB * 5 // 2, "2560kB"),
        (GIB, "1GB"),
        (GIB * 3 // 2, "1536MB"),
        (GIB + 3, "1GB"),
        (2047 * MIB, "2047MB"),
        (TIB, "1TB"),
        (TIB * 5 // 4, "1280GB"),
    ],
)
def test_sizes_are_printed_as_timescaledb_tune_does(size: int, text: str) -> None:
    """One unit down where a fraction would be left, the rest cut off."""
    assert postgres_size(size) == text


@given(st.integers(KIB, 16 * TIB))
def test_printing_loses_less_than_a_thousandth_or_a_smaller_unit(size: int) -> None:
    """What PostgreSQL reads is never more than half a kB above and close below what was meant."""
    read = size_of(postgres_size(size), 1)
    assert read is not None
    assert size - max(size // 512, KIB) <= read <= size + KIB // 2


@given(st.integers(1, 1024), st.sampled_from(["KiB", "MiB", "GiB"]))
def test_a_whole_size_survives_printing_and_reading(count: int, unit: str) -> None:
    """Reading what was printed gives the number printed; above 1024 of a unit the next one cuts its fraction off."""
    size = parse_size(f"{count}{unit}", "memory")
    assert size_of(postgres_size(size), 1) == size
