"""A boot that is killed inside a step is taken again from the top, on the same host or on the next one.

A plain run draws one step with its moment, `make boot` takes every step at three moments.
Not proven here: a kill inside a system call of mkfs or of the container engine, whose daemon lives on.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.boot.rig.host import kill, wait_for
from tests.boot.rig.rig import Rig

STEPS = sorted(path.name for path in (Path(__file__).parents[2] / "userdata/steps").iterdir())
MOMENTS = (0.0, 0.4, 1.6)  # seconds after the step began
ALL = [(step, moment) for step in STEPS for moment in MOMENTS]


@pytest.mark.sample("boot")
@pytest.mark.parametrize(("step", "moment"), ALL)
def test_a_first_boot_killed_in_a_step_is_finished_by_the_next(rig: Rig, step: str, moment: float) -> None:
    """Killed twice: the host itself tries again, then a new host with what is on the volume."""
    volume = rig.volume()
    first = rig.host()
    process = first.start("run")
    wait_for(process, f"{step}: begins")
    time.sleep(moment)
    kill(process)
    again = first.start("run")
    wait_for(again, f"{step}: begins")
    time.sleep(moment)
    first.power_off()
    rig.cloud.release(volume)
    heir = rig.host()
    log = heir.boot()
    heir.execute("CREATE TABLE kept AS SELECT 1 AS one")
    assert heir.query("SELECT instance FROM timescaledb_host.heartbeat") == [(heir.id,)], log
    authority = rig.cloud.client("ssm").get_parameter(Name=rig.values.ca_parameter)["Parameter"]["Value"]
    assert authority.strip() == (heir.mount / "host/tls/ca.crt").read_text().strip()
    assert "timescaledb-initialized" in rig.cloud.tags(volume)
