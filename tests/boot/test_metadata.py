"""A metadata service that is slow, down, or has forgotten its tokens; and a cloud API that fails.

Not proven here: how often the real services do that.
"""

from __future__ import annotations

import pytest

from tests.boot.rig.host import wait_for
from tests.boot.rig.rig import Rig

pytestmark = pytest.mark.sample("boot", of="hosts")


def test_a_service_that_comes_late_and_slow_only_delays_the_boot(rig: Rig) -> None:
    """Down at first, then half a second for every answer."""
    rig.volume()
    host = rig.host()
    host.metadata.down = True
    process = host.start("run")
    wait_for(process, "does not answer yet")
    host.metadata.delay, host.metadata.down = 0.5, False
    output, _ = process.communicate(timeout=180)
    assert process.returncode == 0, output
    assert host.metadata.refused == 0


def test_a_service_that_stays_down_ends_the_boot_before_anything_is_touched(rig: Rig) -> None:
    """One sentence after the declared time; no call to the cloud was made."""
    rig.volume()
    host = rig.host()
    host.metadata.down = True
    rig.cloud.calls.clear()
    code, log = host.run("run", timeout=30, IMDS_SECONDS="3")
    assert code == 1
    assert "the metadata service did not answer for 3 s" in log
    assert rig.cloud.calls == []


def test_once_identified_the_service_may_go(rig: Rig) -> None:
    """A boot that was cut starts again without it."""
    rig.volume()
    host = rig.host()
    assert host.run("steps/10-identify")[0] == 0
    host.metadata.down = True
    host.boot()


def test_an_expired_token_is_asked_for_anew(rig: Rig) -> None:
    """Tokens end; the watcher goes on."""
    host = rig.host()
    assert host.run("steps/10-identify")[0] == 0
    host.metadata.forget_tokens()
    process = host.start("watch")
    wait_for(process, "no longer taken")
    host.metadata.values["meta-data/spot/instance-action"] = '{"action": "terminate"}'
    wait_for(process, "spot notice")
    process.communicate(timeout=60)


def test_metrics_that_cannot_be_sent_keep_nobody_from_the_database(rig: Rig) -> None:
    """The boot ends well and says it."""
    rig.volume()
    rig.cloud.failing = {"PutMetricData"}
    host = rig.host()
    log = host.boot()
    assert "metrics: not sent" in log
    assert host.query("SELECT 1") == [(1,)]
