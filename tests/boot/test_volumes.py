"""Which disks the boot program takes, waits for, and refuses; and that what it refuses stays as it was.

Not proven here: ext4 growing while mounted (the kernel asks for CAP_SYS_RESOURCE, which containers lack; with it the
test of the Terraform module's volume proves it), PostgreSQL 16 (the image at hand has another version: the refusal of a
wrong version is), and how long EC2 takes to give a volume back.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.boot.rig.disk import Disk, run
from tests.boot.rig.host import Host, wait_for
from tests.boot.rig.rig import Rig

pytestmark = pytest.mark.sample("boot")


def fingerprint(disk: Disk) -> str:
    """SHA-256 of a disk."""
    digest = hashlib.sha256()
    with disk.file.open("rb") as file:
        while part := file.read(1 << 20):
            digest.update(part)
    return digest.hexdigest()


def refused(rig: Rig, host: Host, words: str) -> None:
    """The boot ends with one sentence and a metric; no container was made."""
    code, log = host.run("run")
    assert code == 2, log
    sentences = [line for line in log.splitlines() if " refused: " in line]
    assert len(sentences) == 1, log
    assert words in sentences[0], log
    assert "BootRefused" in rig.cloud.metric_names()
    assert not run("docker", "ps", "-aq", "--filter", f"name=^{host.container}$")
    assert not host.is_mounted()


def test_a_grown_volume_is_filled_while_the_database_runs(rig: Rig) -> None:
    """The timer follows a volume that grew; nobody stops anything."""
    disk = rig.disk()
    rig.volume(disk)
    host = rig.host()
    host.boot()
    started = host.query("SELECT pg_postmaster_start_time()")
    before = shutil.disk_usage(host.mount).total
    disk.grow(1280)
    code, log = host.run("minute")
    assert code == 0, log
    assert shutil.disk_usage(host.mount).total > before + 600 * 2**20, log
    assert host.query("SELECT pg_postmaster_start_time()") == started


def test_a_volume_that_a_dying_host_holds_is_waited_for(rig: Rig) -> None:
    """VolumeInUse again and again, never a forced detach; attached as soon as it is free."""
    volume = rig.volume()
    rig.cloud.held = 3
    host = rig.host()
    host.boot()
    assert rig.cloud.calls.count("AttachVolume") == 4
    assert "DetachVolume" not in rig.cloud.calls
    assert rig.cloud.tags(volume)


def test_a_running_owner_is_never_forced_and_people_are_told(rig: Rig) -> None:
    """The second host waits and raises the metric while the owner serves on; given up, the volume is its."""
    volume = rig.volume()
    owner = rig.host()
    owner.boot()
    second = rig.host()
    process = second.start("run")
    wait_for(process, f"is held by {owner.id}, which is running")
    time.sleep(4)
    assert owner.query("SELECT 1") == [(1,)]
    assert "DetachVolume" not in rig.cloud.calls
    assert "VolumeHeldElsewhere" in rig.cloud.metric_names()
    owner.run("stop", "--release")
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 0, output
    assert second.query("SELECT instance FROM timescaledb_host.heartbeat") == [(second.id,)]
    assert f"{volume} is held by this host" in output


def test_a_stopped_owner_has_given_the_volume_up(rig: Rig) -> None:
    """Detached without force from an instance that is stopped."""
    rig.volume()
    owner = rig.host()
    owner.boot()
    owner.power_off()
    rig.cloud.ec2.stop_instances(InstanceIds=[owner.id])
    second = rig.host()
    second.boot()
    detaches = [body for body in rig.cloud.bodies if "Action=DetachVolume" in body]
    assert len(detaches) == 1
    assert "Force" not in detaches[0]
    assert second.query("SELECT 1") == [(1,)]


def test_a_volume_that_appears_late_is_waited_for(rig: Rig) -> None:
    """No volume with the tag yet: the host waits instead of beginning anew."""
    host = rig.host()
    process = host.start("run")
    wait_for(process, "no volume in us-east-1a has the tag")
    rig.volume()
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 0, output


def test_two_volumes_with_the_tag_are_refused(rig: Rig) -> None:
    """Which one is meant is not guessed."""
    rig.volume()
    rig.volume()
    refused(rig, rig.host(), "more than one volume")


def test_a_volume_from_a_snapshot_is_used_and_tagged(rig: Rig) -> None:
    """A copy taken under writes: the server recovers as after a crash, the volume is tagged, nothing is formatted."""
    disk = rig.disk()
    original = rig.volume(disk)
    first = rig.host()
    first.boot()
    first.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
    run("xfs_freeze", "-f", str(first.mount))
    try:
        copy = rig.disk()
        run("cp", "--sparse=always", str(disk.file), str(copy.file))
    finally:
        run("xfs_freeze", "-u", str(first.mount))
    snapshot = rig.cloud.ec2.create_snapshot(VolumeId=original)["SnapshotId"]
    first.power_off()
    rig.cloud.release(original)
    rig.cloud.ec2.delete_tags(Resources=[original], Tags=[{"Key": "timescaledb-database"}])
    restored = rig.volume(copy, snapshot)
    second = rig.host()
    log = second.boot()
    assert second.query("SELECT count(*) FROM kept") == [(1000,)]
    assert "timescaledb-initialized" in rig.cloud.tags(restored)
    assert "making a file system" not in log


def test_a_blank_volume_from_a_snapshot_is_refused(rig: Rig) -> None:
    """It should hold data, so it is not formatted."""
    disk = rig.disk()
    source = rig.cloud.ec2.create_volume(AvailabilityZone="us-east-1a", Size=1)["VolumeId"]
    before = fingerprint(disk)
    rig.volume(disk, rig.cloud.ec2.create_snapshot(VolumeId=source)["SnapshotId"])
    refused(rig, rig.host(), "but is blank: restore from another snapshot")
    assert fingerprint(disk) == before


def test_a_volume_tagged_but_blank_is_refused_with_an_alarm(rig: Rig) -> None:
    """Its data is gone; a new empty database would hide that."""
    disk = rig.disk()
    before = fingerprint(disk)
    rig.volume(disk, tags=("timescaledb-initialized",))
    refused(rig, rig.host(), "is tagged timescaledb-initialized but blank")
    assert fingerprint(disk) == before


def test_a_volume_that_cannot_be_read_is_not_taken_for_a_blank_one(rig: Rig) -> None:
    """Every read ends with an error, of which blkid says nothing; once it reads again it is the blank volume it was."""
    disk = rig.disk()
    volume = rig.volume(disk)
    host = rig.host()
    for step in ("10-identify", "20-attach"):
        assert host.run(f"steps/{step}")[0] == 0
    os.truncate(disk.file, 0)  # a loop device without its file's content ends every read with EIO
    code, log = host.run("run")
    assert code == 1, log
    assert f"failed: {volume} cannot be read" in log
    assert "timescaledb-formatting" not in rig.cloud.tags(volume)
    os.truncate(disk.file, 640 * 2**20)
    host.boot()


def test_data_without_a_signature_is_refused_and_left_alone(rig: Rig) -> None:
    """A database of somebody's own, written to the device itself: no tool knows it."""
    disk = rig.disk()
    with disk.file.open("r+b") as file:
        file.seek(300_000)
        file.write(b"somebody's")
    before = fingerprint(disk)
    rig.volume(disk)
    refused(rig, rig.host(), "bears no signature but data")
    assert fingerprint(disk) == before


def test_a_blank_volume_is_refused_where_formatting_is_off(rig: Rig) -> None:
    """For databases whose volume is always given."""
    disk = rig.disk()
    before = fingerprint(disk)
    rig.volume(disk)
    refused(rig, rig.host(replace(rig.values, format_blank=False)), "formatting is switched off")
    assert fingerprint(disk) == before


def test_nothing_is_formatted_again_where_formatting_is_off(rig: Rig) -> None:
    """What marks a cut mkfs may be left on a database's volume; one that is always given is not made anew."""
    disk = rig.disk()
    run("mkfs.xfs", "-q", "-L", "timescaledb", str(disk.file))
    before = fingerprint(disk)
    rig.volume(disk, tags=("timescaledb-formatting",))
    host = rig.host(replace(rig.values, format_blank=False))
    code, log = host.run("steps/10-identify")
    assert code == 0, log
    for step in ("20-attach", "30-format"):
        code, log = host.run(f"steps/{step}")
        assert code == 0, log
    assert "provably blank" not in log
    assert fingerprint(disk) == before


def test_a_look_that_was_cut_is_taken_off_again(rig: Rig) -> None:
    """Mounted for reading alone by a boot that was killed there, the volume would be of no use."""
    first = rig.booted()
    first.execute("CREATE TABLE kept AS SELECT 1 AS n")
    first.power_off()
    rig.cloud.release(rig.cloud.volume_ids()[0])
    host = rig.host()
    for step in ("10-identify", "20-attach", "30-format"):
        assert host.run(f"steps/{step}")[0] == 0
    host.mount.mkdir(parents=True, exist_ok=True)
    (device,) = (line for line in (host.folder / "run/timescaledb-host/volume").read_text().splitlines()
                 if line.startswith("DEVICE="))  # fmt: skip
    run("mount", "-t", "xfs", "-o", "ro,noatime", device.removeprefix("DEVICE="), str(host.mount))
    host.boot()
    assert host.query("SELECT n FROM kept") == [(1,)]


FOREIGN = {
    "swap": ("mkswap {}", "holds swap"),
    "ext2": ("mkfs.ext2 -q {}", "holds ext2"),
    "two partitions": ("sh -c printf,100M\\n,100M\\n|sfdisk", "not exactly one partition"),
    "empty partition": ("sh -c printf,,L|sfdisk", "holds no file system in its partition"),
    "two file systems": ("mkfs.xfs -q {}", "bears contradictory signatures"),
    "somebody's files": ("mkfs.ext4 -q {}", "holds files of something else (www)"),
    "nameless empty file system": ("mkfs.xfs -q {}", "holds files of something else ()"),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_foreign_disk_is_refused_and_left_alone(rig: Rig, kind: str) -> None:
    """Another file system, partitions, or files that are no database's."""
    disk = rig.disk()
    command, words = FOREIGN[kind]
    if command.startswith("sh"):
        table = ",100M\n,100M\n" if kind == "two partitions" else ",,L\n"
        run("sfdisk", "-q", str(disk.file), feed=f"label: gpt\n{table}")
    else:
        run(*command.format(disk.file).split())
    if kind == "two file systems":
        other = rig.disk()
        run("mkfs.ext4", "-q", str(other.file))
        with disk.file.open("r+b") as file, other.file.open("rb") as theirs:
            for each in (file, theirs):
                each.seek(1024)  # ext4's superblock (kernel documentation, "Super Block"), after that of XFS
            file.write(theirs.read(1024))
    if kind == "somebody's files":
        with mounted(disk, rig.folder / "other") as folder:
            (folder / "www").mkdir()
    before = fingerprint(disk)
    volume = rig.volume(disk)
    refused(rig, rig.host(), words)
    assert "timescaledb-initialized" not in rig.cloud.tags(volume)
    if kind != "nameless empty file system":  # mounting XFS read-only and back writes to its log
        assert fingerprint(disk) == before


def test_a_mount_point_that_something_else_has_is_refused(rig: Rig) -> None:
    """Data would lie under it, out of sight, or on it, in memory."""
    rig.volume()
    host = rig.host()
    host.mount.mkdir(parents=True, exist_ok=True)
    run("mount", "-t", "tmpfs", "other", str(host.mount))
    code, log = host.run("run")
    assert code == 2, log
    assert "is taken by other: unmount it, or declare another mount point" in log
    assert list(host.mount.iterdir()) == []


class mounted:
    """A disk's file system, or that of its first partition, at a folder for the length of a block."""

    def __init__(self, disk: Disk, folder: Path) -> None:
        self.disk, self.folder = disk, folder

    def __enter__(self) -> Path:
        self.disk.plug(self.folder.parent / "links", "disk")
        self.folder.mkdir(exist_ok=True)
        part = self.folder.parent / "links/disk-part1"
        run("mount", str(part if part.exists() else self.disk.device), str(self.folder))
        return self.folder

    def __exit__(self, *_: object) -> None:
        run("umount", str(self.folder))
        self.disk.unplug()


def terraform_disk(rig: Rig) -> Disk:
    """The Terraform module's layout: one partition, ext4, a folder `pgdata` that is a data directory."""
    own = rig.disk()
    volume = rig.volume(own)
    maker = rig.host()
    maker.boot()
    maker.execute("CREATE TABLE older AS SELECT 7 AS seven")
    maker.run("stop", "--release")
    disk = rig.disk(900)
    run("sfdisk", "-q", str(disk.file), feed="label: gpt\n,700M,L\n")
    disk.plug(rig.folder / "making", "disk")
    run("mkfs.ext4", "-q", f"{disk.device}p1")
    disk.unplug()
    relative = Path(rig.values.pgdata).relative_to(rig.values.data_mount)
    with mounted(own, rig.folder / "from") as source, mounted(disk, rig.folder / "to") as target:
        run("cp", "-a", str(source / "postgresql" / relative), str(target / "pgdata"))
    rig.cloud.ec2.delete_tags(Resources=[volume], Tags=[{"Key": "timescaledb-database"}])
    return disk


def may_grow_ext4() -> bool:
    """Whether this process has CAP_SYS_RESOURCE (capabilities(7), number 24)."""
    line = next(each for each in Path("/proc/self/status").read_text().splitlines() if each.startswith("CapEff"))
    return bool(int(line.split()[1], 16) >> 24 & 1)


def test_the_terraform_modules_volume_is_adopted_as_it_is(rig: Rig) -> None:
    """Partition, ext4, `pgdata`: not formatted, not copied, not given to another user; grown to fill its volume."""
    disk = terraform_disk(rig)
    volume = rig.volume(disk)
    host = rig.host(replace(rig.values, password=f"ssm:/{rig.name}/adopted"))
    log = host.boot()
    assert "making a file system" not in log
    assert host.query("SELECT seven FROM older") == [(7,)]
    assert (host.mount / "pgdata/PG_VERSION").stat().st_uid == rig.values.uid
    assert not (host.mount / "postgresql").exists()
    if may_grow_ext4():
        assert shutil.disk_usage(host.mount).total > 800 * 2**20, log
    else:
        assert f"{host.mount} did not grow: " in log
        code, log = host.run("minute")  # tries again
        assert code == 0, log
        assert f"{host.mount} did not grow: " in log
    assert "timescaledb-initialized" in rig.cloud.tags(volume)
    host.run("stop")
    code, log = host.run("run")
    assert code == 0, log
    assert host.query("SELECT seven FROM older") == [(7,)]


def test_an_adopted_volume_of_another_version_or_user_is_refused(rig: Rig) -> None:
    """PostgreSQL 16 under another declared version, then another owner: refused before a server touches it."""
    disk = rig.disk()
    run("mkfs.ext4", "-q", str(disk.file))
    with mounted(disk, rig.folder / "made") as folder:
        (folder / "pgdata").mkdir()
        (folder / "pgdata/PG_VERSION").write_text("16\n")
    rig.volume(disk)
    host = rig.host()
    code, log = host.run("run")
    assert code == 2, log
    assert "holds PostgreSQL 16 but 17 is declared: declare postgres_version 16" in log
    (host.mount / "pgdata/PG_VERSION").write_text(f"{rig.values.postgres}\n")
    code, log = host.run("run")
    assert code == 2, log
    assert "belongs to user 0, the image's postgres is" in log


@pytest.fixture
def place(rig: Rig) -> Path:
    """Where the cluster of the rig's own volume lies, on a host that has booted and stopped, with one table."""
    rig.volume()
    host = rig.host()
    host.boot()
    host.execute("CREATE TABLE kept AS SELECT 1 AS one")
    ((known,),) = host.query(
        "SELECT system_identifier || ' ' || current_setting('server_version_num')::int / 10000 FROM pg_control_system()"
    )
    assert (host.mount / "host/cluster").read_text().strip() == known
    assert host.run("stop")[0] == 0
    assert host.run("steps/40-mount")[0] == 0
    return host.mount / "postgresql" / Path(rig.values.pgdata).relative_to(rig.values.data_mount)


def no_database(rig: Rig, words: str) -> None:
    """The boot ends with one sentence and a metric, before the image could make a database of its own."""
    host = rig.hosts[-1]
    run("docker", "rm", "-f", "-v", host.container)
    code, log = host.run("run")
    assert code == 2, log
    assert words in next(line for line in log.splitlines() if " refused: " in line), log
    assert "BootRefused" in rig.cloud.metric_names()
    assert not run("docker", "ps", "-aq", "--filter", f"name=^{host.container}$")


def test_a_volume_whose_database_is_gone_or_another_is_refused(rig: Rig, place: Path) -> None:
    """An image would make an empty one and serve it; put back, or meant, it is taken."""
    aside = place.with_name("aside")
    away = rig.hosts[0].mount / "away"
    place.rename(away)
    no_database(rig, f"{place} is gone: put it back, or restore a backup")
    assert not place.exists()
    away.rename(aside)
    no_database(rig, f"the volume's database is {aside}, the image looks in {place}")
    aside.rename(place)
    mark = rig.hosts[0].mount / "host/cluster"
    known = mark.read_text()
    mark.write_text(f"1{known}")
    no_database(rig, f"{place} is not the database that the volume had")
    mark.write_text(f"1 {rig.values.postgres - 1}\n")  # as after pg_upgrade
    rig.hosts[0].boot()
    assert rig.hosts[0].query("SELECT one FROM kept") == [(1,)]
    assert mark.read_text() == known


def test_a_database_that_has_served_is_never_taken_for_a_cut_first_start(rig: Rig, place: Path) -> None:
    """Even where somebody has removed its mark, and a tool has last started it for itself alone."""
    host = rig.hosts[0]
    assert not (host.mount / "host/making").exists()
    (host.mount / "host/cluster").unlink()
    (place / "postmaster.opts").write_text('postgres "-c" "listen_addresses="\n')
    run("sync", "-f", str(host.mount))
    host.power_off()
    rig.cloud.release(rig.cloud.volume_ids()[0])
    heir = rig.host()
    heir.boot()
    assert heir.query("SELECT one FROM kept") == [(1,)]


def test_nothing_is_made_where_no_volume_is_mounted(rig: Rig, place: Path) -> None:
    """A database on the root disk would be hidden by the next mount, rows and all."""
    host = rig.hosts[0]
    run("umount", str(host.mount))
    code, log = host.run("steps/80-database")
    assert code == 1, log
    assert "is not mounted" in log
    assert not place.exists()


def test_a_volume_of_our_own_of_another_version_or_user_is_refused(rig: Rig, place: Path) -> None:
    """As an adopted one is: before a server touches it."""
    (place / "PG_VERSION").write_text("16\n")
    no_database(rig, "holds PostgreSQL 16 but 17 is declared: declare postgres_version 16")
    (place / "PG_VERSION").write_text(f"{rig.values.postgres}\n")
    os.chown(place, 70, 70)
    no_database(rig, "belongs to user 70, the image's postgres is")


@pytest.mark.parametrize("options", [None, 'postgres "-c" "listen_addresses=" "-p" "5432"'])
def test_a_cluster_that_the_image_had_half_made_is_made_again(rig: Rig, options: str | None) -> None:
    """As a vendor's image leaves it where its host is lost: PG_VERSION and not much else. Nothing of it is deleted."""
    rig.volume()
    first = rig.host()
    for step in ("10-identify", "20-attach", "30-format", "40-mount"):
        assert first.run(f"steps/{step}")[0] == 0
    relative = Path(rig.values.pgdata).relative_to(rig.values.data_mount)
    half = first.mount / "postgresql" / relative
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text(f"{rig.values.postgres}\n")
    if options:
        (half / "postmaster.opts").write_text(f"{options}\n")
    os.chown(half, rig.values.uid, rig.values.gid)
    (first.mount / "host/making").touch()
    run("sync", "-f", str(first.mount))
    first.power_off()
    rig.cloud.release(rig.cloud.volume_ids()[0])
    heir = rig.host()
    log = heir.boot()
    assert "a first start was cut, what it left lies in" in log
    assert heir.query("SELECT 1") == [(1,)]
    (aside,) = heir.mount.glob("half-made.*")
    assert (aside / "PG_VERSION").exists()


def test_two_hosts_at_once_end_with_one_owner(rig: Rig) -> None:
    """Both see the volume free; one gets it, the other waits."""
    rig.volume()
    hosts = [rig.host(), rig.host()]
    codes: dict[str, int] = {}

    def boot(host: Host) -> None:
        codes[host.id], _ = host.run("run", ATTACH_SECONDS="45")

    threads = [threading.Thread(target=boot, args=(host,)) for host in hosts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(180)
    assert sorted(codes.values()) == [0, 1]
    assert sum(host.is_mounted() for host in hosts) == 1
