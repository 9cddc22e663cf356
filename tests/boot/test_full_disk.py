"""A data disk that filled up: the host still comes up, so that somebody can delete.

Not proven here: a full root disk.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable

import psycopg
import pytest

from tests.boot.rig.disk import run
from tests.boot.rig.host import Host
from tests.boot.rig.rig import Rig

pytestmark = pytest.mark.sample("boot", of="hosts")


def test_a_full_disk_boots_on_the_ballast(rig: Rig, booted: Callable[[], Host]) -> None:
    """Filled under a running server, then the host is lost: the next gives the ballast back, says so, and serves."""
    host = booted()
    host.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
    host.execute("CREATE TABLE filler (t text)")
    free = shutil.disk_usage(host.mount).free
    run("fallocate", "-l", str(free - 12 * 2**20), str(host.mount / "postgresql/filler"))
    with pytest.raises(psycopg.Error):
        fill(host)
    host.power_off()
    rig.cloud.release(rig.cloud.volume_ids()[0])
    heir = rig.host()
    log = heir.boot()
    assert "the ballast of 32 MB is given back" in log
    assert "BallastReleased" in rig.cloud.metric_names()
    assert heir.query("SELECT count(*) FROM kept") == [(1000,)]
    heir.execute("DROP TABLE filler")


def test_a_copy_for_which_there_is_no_room_leaves_the_one_before(rig: Rig) -> None:
    """Also where the program goes on without it; and an empty copy of the settings, as one was once left, is none."""
    host = rig.host()
    small = rig.folder / "small"
    small.mkdir()
    run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(small))
    try:
        (small / "kept").write_text("good")
        script = f'. "{host.folder}/opt/timescaledb-host/lib.sh"; head -c 100000 /dev/zero | write "$1" || echo none'
        said = run("env", f"TSDB_ROOT={host.folder}", "bash", "-euc", script, "bash", f"{small}/kept")
        assert said == "none"
        assert [(each.name, each.read_text()) for each in small.iterdir()] == [("kept", "good")]
    finally:
        run("umount", str(small))
    (host.mount / "host").mkdir(parents=True)
    (host.mount / "host/parameters").touch()
    rig.cloud.failing = {"GetParameter"}
    code, log = host.run("steps/72-settings")
    assert code == 0, log
    declared = (host.folder / "etc/timescaledb-host/parameters").read_text()
    assert declared in (host.folder / "etc/timescaledb-host/postgresql/postgresql.conf").read_text()


def fill(host: Host) -> None:
    """Write 40 times five megabytes, if the disk takes them."""
    with host.connect() as connection:
        for _ in range(40):
            connection.execute("INSERT INTO filler SELECT repeat(md5(i::text), 30) FROM generate_series(1, 5000) i")
