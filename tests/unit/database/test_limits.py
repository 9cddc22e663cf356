"""What cannot be managed on a server that is not ours, from what was probed on it.

Not proved here: that a server is probed rightly; the tests of a real database do that.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from pulumi_timescaledb.database.capabilities import Capabilities
from pulumi_timescaledb.database.limits import limits

from .worlds import CAN

EVERYTHING = replace(CAN, database="m", role="o", tls=True)
PLAIN = replace(EVERYTHING, superuser=False, createrole=False)
APACHE = replace(EVERYTHING, edition="apache")


def subjects(found: Capabilities) -> list[str]:
    """What cannot be managed, as words for programs."""
    return [limit.subject for limit in limits(found)]


def test_a_full_server_has_no_limits() -> None:
    """Community edition, superuser, encrypted."""
    assert subjects(EVERYTHING) == []


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (replace(EVERYTHING, timescaledb=None), []),
        (replace(EVERYTHING, timescaledb=None, timescaledb_available=None, edition="unknown"), ["extension"]),
        (replace(EVERYTHING, standby=True), ["everything"]),
        (PLAIN, ["roles", "server settings"]),
        (replace(PLAIN, createrole=True), ["server settings"]),
        (APACHE, ["community features", "fallback jobs"]),
        (replace(APACHE, cron_available="1.6"), ["community features", "fallback jobs"]),
        (replace(APACHE, cron_available="1.6", cron_database="else"), ["community features", "fallback jobs"]),
        (replace(APACHE, cron_available="1.6", cron_database="m"), ["community features"]),
        (replace(APACHE, cron_available="1.6", cron="1.6"), ["community features"]),
        (replace(EVERYTHING, tls=False), ["encryption"]),
    ],
)
def test_each_lack_is_a_limit(found: Capabilities, expected: list[str]) -> None:
    """One limit for each thing the server or the role lacks, with a reason and a way out."""
    assert subjects(found) == expected
    assert all(limit.reason and limit.instead for limit in limits(found))
