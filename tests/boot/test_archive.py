"""WAL and base backups in S3, and back from there: real pgBackRest, real PostgreSQL, the boot program as it is.

A plain run takes the first archive and two of all others, `make boot` every one. S3 is moto behind a TLS relay, under
the bucket's own host name; the metadata service hands out credentials for tokens alone, at its own address.

Not proven here: S3 itself (its rights, its consistency), a role's credentials that end while they are used, an image of
the family timescaledb-ha, and that a real host's network lets the bridge reach the helper.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from tests.boot.rig.archive import ACCESS_KEY, SECRET_KEY, TOKEN, Archive
from tests.boot.rig.disk import Disk, run
from tests.boot.rig.host import Host
from tests.boot.rig.rig import Rig
from tools.local.image import Image

PAIR = (("cert", "crt"), ("key", "key"))
REST = pytest.mark.sample("boot", of="archive", count=2)
# as docs/aws.md starts a copy: no job may run in it
QUIET = ("-c", "timescaledb.max_background_workers=0")


@pytest.fixture
def archive(rig: Rig, image: Image) -> Iterator[Archive]:
    """A bucket that every host of the rig is handed, and a blank volume."""
    if image.family == "timescaledb":
        pytest.skip("the official Alpine image has no pgBackRest; set TSDB_IMAGE=distribution")
    made = Archive(rig)
    rig.values = replace(rig.values, archive_bucket=made.name, metrics="full")
    rig.volume(rig.disk(1400))
    yield made
    for host in rig.hosts:
        host.close()  # before the network that they joined
    made.close()


@pytest.fixture
def archiving(archive: Archive) -> Host:
    """A host with a stanza and a full backup."""
    return begun(archive)


def begun(archive: Archive) -> Host:
    """The next host of the rig, booted and archiving."""
    host = archive.host()
    host.boot()
    code, log = host.run("backups")
    assert code == 0, log + said(host)
    return host


def said(host: Host) -> str:
    """The helper's and the server's last words."""
    return "".join(run("sh", "-c", f"docker logs --tail 40 {each} 2>&1") for each in (host.helper, host.container))


def archived(host: Host, wal: str, seconds: float = 60) -> None:
    """Wait until a segment is in the archive."""
    deadline = time.monotonic() + seconds
    while not host.query(f"SELECT FROM pg_stat_archiver WHERE last_archived_wal >= '{wal}'"):
        assert time.monotonic() < deadline, said(host)
        time.sleep(0.2)


def switched(host: Host) -> str:
    """Name of the segment that ends with what is written by now; one that holds nothing would not be archived."""
    with host.connect() as connection:
        connection.execute("SELECT pg_logical_emit_message(true, 'test', 'something')")
        (name,) = connection.execute("SELECT pg_walfile_name(pg_current_wal_insert_lsn())").fetchone() or ("",)
        connection.execute("SELECT pg_switch_wal()")
    return str(name)


def test_a_first_boot_ends_with_wal_and_a_full_backup_in_the_bucket(rig: Rig, archive: Archive) -> None:
    """Archiving begins with the stanza, without failures before it; the alarms get numbers; nothing is secret."""
    host = archive.host()
    log = host.boot()
    assert host.query("SHOW archive_command") == [("",)]
    code, log_of_backups = host.run("backups")
    assert code == 0, log_of_backups + said(host)
    host.execute("CREATE TABLE kept AS SELECT 1 AS one")
    wal = switched(host)
    archived(host, wal)
    assert wal in archive.segments()
    assert "backup.info" in archive.keys("backup")
    assert host.query("SELECT failed_count FROM pg_stat_archiver") == [(0,)], said(host)
    code, again = host.run("backups")
    assert (code, again) == (0, "")  # none is due
    host.run("minute")
    for metric in ("ArchiveAgeSeconds", "ArchiveBackupAgeSeconds", "BackupAgeSeconds"):
        assert 0 <= rig.cloud.values(metric)[-1] < 120, metric
    assert rig.cloud.values("ArchiveFailures")[-1] == 0
    containers = [run("docker", "inspect", each) for each in (host.container, host.helper)]
    inside = run("docker", "exec", host.container, "sh", "-c", "env; cat /etc/timescaledb-host/postgresql/*")
    for secret in (ACCESS_KEY, SECRET_KEY, TOKEN, host.password()):
        assert secret not in "".join([*containers, inside, log, log_of_backups, said(host)])
    held = json.loads(containers[1])[0]["HostConfig"]
    assert (held["CapDrop"], held["ReadonlyRootfs"], held["Memory"]) == (["ALL"], True, 256 * 2**20)
    assert archive.metadata.refused == 0  # every question came with a token


@REST
def test_a_restore_to_a_time_has_exactly_the_rows_of_that_time(archiving: Host) -> None:
    """Into a folder of its own; started as a server it holds what was confirmed by then, and the live one all."""
    host = archiving
    host.execute("CREATE TABLE written (n int PRIMARY KEY, at timestamptz DEFAULT clock_timestamp())")
    for number in range(20):
        host.execute(f"INSERT INTO written VALUES ({number})")
    ((until,),) = host.query("SELECT clock_timestamp()")
    assert isinstance(until, datetime)
    host.execute("INSERT INTO written SELECT generate_series(20, 40)")
    host.execute("DELETE FROM written WHERE n < 5")
    archived(host, switched(host))
    code, log = host.run("restore-archive", until.isoformat())
    assert code == 0, log + said(host)
    restored = f"{host.container}-restored"
    live = run("docker", "inspect", "--format", "{{.Image}}", host.container)
    try:
        run(
            *("docker", "run", "-d", "--name", restored, "--network", "none", "--user", "999:999"),
            *("--mount", f"type=bind,source={host.mount}/restored,target=/restored", "--entrypoint", "postgres", live),
            *("-D", "/restored", "-c", "shared_preload_libraries=timescaledb", *QUIET),
        )
        run("docker", "exec", restored, "sh", "-c", "until pg_isready -q; do sleep 0.1; done")
        psql = ("docker", "exec", restored, "psql", "-U", "postgres", "-At", "-c")
        rows = run(*psql, "SELECT n FROM written ORDER BY n")
        assert rows.split() == [str(number) for number in range(20)], log
        state = "SELECT pg_is_in_recovery(), current_setting('archive_mode')"
        assert run(*psql, state) == "f|off"
    finally:
        run("docker", "rm", "-f", "-v", restored, check=False)
    assert host.query("SELECT count(*), min(n) FROM written") == [(36, 5)]
    code, log_of_second = host.run("restore-archive", until.isoformat())
    assert code == 1
    assert "is not empty: move away what it holds" in log_of_second
    # and in the live one's place, as docs/aws.md says
    live_folder = log.rpartition(" is ")[2].partition(" as of ")[0]
    run("docker", "stop", "-t", "100", host.container)
    run("docker", "rm", "-f", host.helper)
    run("sh", "-c", f"mv {live_folder} {host.mount}/before && mv {host.mount}/restored {live_folder}")
    host.boot()
    assert host.query("SELECT count(*), max(n) FROM written") == [(20, 19)]
    archived(host, switched(host))
    assert host.query("SELECT timeline_id FROM pg_control_checkpoint()") == [(2,)]


@REST
def test_a_copy_larger_than_the_database_is_now_needs_its_own_room(archive: Archive) -> None:
    """What was dropped since the backup comes back with it: the live database's disk is not filled with it."""
    host = archive.host()
    host.boot()
    host.execute("CREATE TABLE dropped AS SELECT repeat(md5(n::text), 30) AS t FROM generate_series(1, 250000) n")
    code, log = host.run("backups")
    assert code == 0, log + said(host)
    host.execute("DROP TABLE dropped")
    host.execute("CHECKPOINT")
    ((until,),) = host.query("SELECT clock_timestamp()")
    assert isinstance(until, datetime)
    used = int(run("du", "-s", "-B1", f"{host.mount}/postgresql").split()[0])
    assert used < 200 * 2**20
    run("fallocate", "-l", str(shutil.disk_usage(host.mount).free - 2 * used), f"{host.mount}/filler")
    code, log = host.run("restore-archive", until.isoformat())
    assert code == 1, log
    assert "has no room for a second" in log
    assert list((host.mount / "restored").iterdir()) == []


@REST
def test_a_time_that_the_archive_has_not_reached_is_not_restored_as_something_else(archiving: Host) -> None:
    """pgBackRest and PostgreSQL would end well with whatever there is; the time is what counts."""
    tomorrow = datetime.now(tz=timezone.utc) + timedelta(days=1)
    code, log = archiving.run("restore-archive", tomorrow.isoformat())
    assert code == 1, log
    assert f"not recovered up to {tomorrow:%F %T}" in log
    assert "recovery ended before configured recovery target was reached" in log
    assert archiving.query("SELECT 1") == [(1,)]


@REST
def test_an_archive_that_is_down_stops_nothing_and_is_caught_up_with(rig: Rig, archive: Archive) -> None:
    """The boot ends, the database serves, the failures are counted; a helper that is gone comes back by itself."""
    host = begun(archive)
    archive.state = "down"
    run("docker", "rm", "-f", host.helper)
    host.execute("CREATE TABLE kept AS SELECT 1 AS one")
    wal = switched(host)
    host.boot()
    deadline = time.monotonic() + 150
    while host.query("SELECT failed_count FROM pg_stat_archiver") == [(0,)]:
        assert time.monotonic() < deadline, said(host)
        time.sleep(0.5)
    host.run("minute")
    assert rig.cloud.values("ArchiveFailures")[-1] > 0
    assert host.query("SELECT one FROM kept") == [(1,)]
    run("docker", "rm", "-f", host.helper)
    archive.state = "up"
    code, log = host.run("minute")
    assert code == 0, log
    archived(host, wal, 90)  # PostgreSQL tries again a minute after its third failure


@REST
def test_a_first_boot_without_the_archive_serves_and_archives_later(archive: Archive) -> None:
    """WAL is kept from the start and no failure is counted, so that the stanza begins without a hole."""
    archive.state = "down"
    host = archive.host()
    host.boot()
    wal = switched(host)
    code, log = host.run("backups")
    assert code == 1, log
    assert "archive: no stanza:" in log
    assert host.query("SELECT failed_count FROM pg_stat_archiver") == [(0,)]
    archive.state = "up"
    code, log = host.run("backups")
    assert code == 0, log + said(host)
    assert wal in archive.segments()


def lost(host: Host) -> None:
    """The host is gone at once."""
    host.power_off()
    host.cloud.release(host.cloud.volume_ids()[0])


def left_by_a_silent_archive(host: Host) -> None:
    """A clean end, while the archive answers nothing: bounded, as a spot host has two minutes in all."""
    code, log = host.run("stop", "--release", ARCHIVE_SECONDS="3")
    assert code == 0, log
    assert run("docker", "inspect", "--format", "{{.State.ExitCode}}", host.helper) == "137", log  # it was killed
    assert "given back" in log


@REST
@pytest.mark.parametrize("end", [lost, left_by_a_silent_archive])
def test_the_next_host_goes_on_with_the_same_stanza(archive: Archive, end: Callable[[Host], None]) -> None:
    """Of the segments none is missing, no backup is made again, and PostgreSQL needs nobody to tell it where to."""
    host = begun(archive)
    host.execute("CREATE TABLE kept AS SELECT 1 AS one")
    first = switched(host)
    archived(host, first)
    stanza = archive.content("archive", "archive.info")
    archive.state = "silent"
    host.execute("INSERT INTO kept VALUES (2)")
    last = switched(host)
    end(host)
    archive.state = "up"
    heir = archive.host()
    heir.boot()
    archived(heir, last)
    assert heir.query("SELECT sum(one) FROM kept") == [(3,)]
    code, log = heir.run("backups")
    assert (code, log) == (0, ""), said(heir)
    assert archive.content("archive", "archive.info") == stanza
    assert {first, last} <= archive.segments()


@REST
def test_an_archive_of_another_database_is_refused_and_left_as_it_is(rig: Rig, archive: Archive) -> None:
    """A new cluster under the old name: it serves, and says that it is not archived."""
    host = begun(archive)
    lost(host)
    before = {key: archive.content("archive", key) for key in archive.keys("archive")}
    another_volume(rig, rig.disk(1400))
    other = archive.host()
    other.boot()
    code, log = other.run("backups")
    assert code == 2, log + said(other)
    assert f"refused: s3://{archive.name}/{rig.name} is another database's archive" in log
    assert "ArchiveRefused" in rig.cloud.metric_names()
    switched(other)
    assert other.query("SHOW archive_command") == [("",)]
    assert {key: archive.content("archive", key) for key in archive.keys("archive")} == before


def another_volume(rig: Rig, disk: Disk) -> None:
    """In the place of the newest one, which keeps its content and loses its tag."""
    newest = rig.cloud.volume_ids()[-1]
    rig.cloud.ec2.delete_tags(Resources=[newest], Tags=[{"Key": "timescaledb-database"}])
    rig.volume(disk)


@REST
def test_an_older_volume_overwrites_nothing_and_gets_an_archive_when_that_one_is_gone(
    rig: Rig, archive: Archive
) -> None:
    """A snapshot that is put back writes segments of the same names with other content, which pgBackRest refuses."""
    host = begun(archive)
    host.execute("CREATE TABLE kept AS SELECT 1 AS one")
    code, log = host.run("stop", "--release")
    assert code == 0, log
    (disk,) = rig.folder.glob("disk-*.img")
    run("cp", "--sparse=always", str(disk), f"{disk}.older")
    heir = archive.host()
    heir.boot()
    heir.execute("INSERT INTO kept VALUES (2)")
    archived(heir, switched(heir))
    lost(heir)
    before = {key: archive.content("archive", key) for key in archive.keys("archive")}
    another_volume(rig, Disk(Path(f"{disk}.older")))
    older = archive.host()
    older.boot()
    older.execute("INSERT INTO kept VALUES (3)")
    wal = switched(older)
    deadline = time.monotonic() + 60
    while older.query("SELECT failed_count FROM pg_stat_archiver") == [(0,)]:
        assert time.monotonic() < deadline, said(older)
        time.sleep(0.2)
    assert "already exists in the repo" in said(older)
    assert {key: archive.content("archive", key) for key in before} == before
    archive.empty()
    code, log = older.run("backups")
    assert code == 0, log + said(older)
    assert "full backup" in log
    archived(older, wal, 120)


@REST
def test_after_a_major_upgrade_the_stanza_follows(archive: Archive) -> None:
    """The same volume with a newer server: here the stanza was made as of the version before."""
    host = archive.host()
    host.boot()
    older = ("--no-online", f"--pg-version-force={host.values.postgres - 1}", f"--stanza={host.values.database_name}")
    run("docker", "exec", host.helper, "pgbackrest", *older, "stanza-create")
    (host.mount / "host/stanza").write_text(f"{archive.name}\n")
    code, log = host.run("backups")
    assert code == 0, log + said(host)
    archived(host, switched(host))
    assert any(key.startswith(f"{host.values.postgres}-2/") for key in archive.keys("archive"))


@REST
def test_nobody_without_the_certificate_is_let_in(archiving: Host) -> None:
    """What stands in the way of another container on the bridge; the client's own key opens the one stanza."""
    config = "/etc/timescaledb-host/postgresql/pgbackrest.conf"
    inside = ("docker", "exec", "--user", "postgres", archiving.container)
    listed = run(*inside, "pgbackrest", f"--config={config}", "info", f"--stanza={archiving.values.database_name}")
    assert "status: ok" in listed
    foreign = run(*inside, "pgbackrest", f"--config={config}", "info", "--stanza=other", check=False)
    assert "status: ok" not in foreign
    keys = archiving.folder / "etc/timescaledb-host/tls"
    made = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", f"{keys}/own.key")
    run("openssl", "req", "-x509", *made, "-subj", f"/CN={archiving.values.database_name}", "-out", f"{keys}/own.crt")
    for each in ("own", "server"):  # of nobody; of the same authority, for another use
        run("chown", "999:999", f"{keys}/{each}.key", f"{keys}/{each}.crt")
        files = [f"--repo1-host-{kind}-file=/etc/timescaledb-host/tls/{each}.{end}" for kind, end in PAIR]
        words = (f"--config={config}", *files, "--io-timeout=5", f"--stanza={archiving.values.database_name}", "info")
        said_by_it = run(*inside, "sh", "-c", f"pgbackrest {' '.join(words)} 2>&1", check=False)
        assert "status: ok" not in said_by_it, said_by_it
        assert "alert" in said_by_it, said_by_it
