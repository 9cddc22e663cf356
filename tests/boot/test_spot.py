"""The end of a spot host under writes: with its notice, and without one.

How long nobody could write is no matter here: `make bench ARGS=--spot` prints it.
Not proven here: that the group launches a host at once when it is asked, and that a notice comes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.boot.rig import reclaim
from tests.boot.rig.host import Host, wait_for
from tests.boot.rig.rig import Rig

# what the next host's server says of how the last one ended, and when the last checkpoint began
CLEAN, UNCLEAN = "database system was shut down", "was not properly shut down"
INTERRUPTED = "was interrupted"
LAST = "SELECT checkpoint_time FROM pg_control_checkpoint()"


def test_after_a_notice_the_next_host_serves_every_acknowledged_row(rig: Rig) -> None:
    """Asked for first, booting while the old one stops, waiting for the volume that is given back unmounted."""
    found = reclaim.with_notice(rig)
    said = found.log
    assert said.index("asked for the next host") < said.index("server stopped") < said.index("given back"), said
    assert rig.cloud.terminated == [found.ended]
    assert rig.cloud.detached_mounted == []
    assert found.lost == [], f"{len(found.lost)} acknowledged rows are lost"
    assert "no checkpoint" not in said
    assert CLEAN in found.heir_log
    assert UNCLEAN not in found.heir_log
    assert "SpotNotice" in rig.cloud.metric_names()


@pytest.mark.sample("boot", of="hosts")
def test_without_a_notice_the_next_host_serves_every_acknowledged_row(rig: Rig) -> None:
    """The host is gone at once, its file system stopped where it was; the next one recovers from the volume."""
    found = reclaim.without_notice(rig)
    assert found.lost == [], f"{len(found.lost)} acknowledged rows are lost"
    assert CLEAN not in found.heir_log
    assert INTERRUPTED in found.heir_log
    assert UNCLEAN in found.heir_log


@pytest.mark.sample("boot", of="hosts")
def test_a_host_that_its_group_takes_out_gives_the_volume_back(rig: Rig, booted: Callable[[], Host]) -> None:
    """An instance refresh ends with a clean stop too; nobody asks for a host that comes anyway."""
    rig.values = replace(rig.values, group="the-group")
    host = booted()
    host.execute("CHECKPOINT")
    time.sleep(1.1)  # PostgreSQL notes its checkpoints by the second
    before = host.query(LAST)
    watch = host.start("watch")
    host.metadata.values["meta-data/events/recommendations/rebalance"] = "{}"
    said = wait_for(watch, "raised risk")
    deadline = time.monotonic() + 30
    while host.query(LAST) <= before:
        assert time.monotonic() < deadline, "no checkpoint was made"
        time.sleep(0.2)
    host.metadata.values["meta-data/autoscaling/target-lifecycle-state"] = "Terminated"
    log, _ = watch.communicate(timeout=150)
    assert "given back" in log
    assert "no checkpoint" not in said + log
    assert rig.cloud.terminated == []
    assert not host.is_mounted()
    heir = rig.host()
    heir.boot()
    assert CLEAN in heir.said()
    assert UNCLEAN not in heir.said()
