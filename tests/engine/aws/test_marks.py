"""What the boot program notes on the data volume stays through refreshes, previews and updates.

Proves it with the real engine and a stand-in for the provider, which compares and writes tags as the official one's
source says; that the official provider does so on AWS is not proved. tests/boot proves what the notes are for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from pulumi_timescaledb.hosts.ec2.policy import MARKS

from tests.engine.aws.stage import Stage

PROGRAM = """
import json
import pulumi
from pulumi_timescaledb.hosts.ec2 import Volume

volume = Volume("data", json.load(open("volume.json")))
pulumi.export("id", volume.volume_id)
"""
BASE = {"database_name": "dev", "availability_zone": "us-east-1a", "size_gb": 20, "protect": False, "retain": False}


@pytest.fixture
def volume(stage: Stage) -> Stage:
    """A stage with one volume that is up, and noted on as a first boot does."""
    (stage.folder / "__main__.py").write_text(PROGRAM)
    declare(stage)
    stage.up()
    for mark in MARKS:
        tag(stage, mark, "i-0123456789abcdef0")
    return stage


def declare(stage: Stage, **changes: Any) -> None:
    """The volume, with changes."""
    (stage.folder / "volume.json").write_text(json.dumps({**BASE, **changes}))


def tag(stage: Stage, key: str, value: str) -> None:
    """Set a tag of the volume, as the boot program or a person does."""
    identifier = stage.stack.outputs()["id"]
    stage.client("ec2").create_tags(Resources=[identifier], Tags=[{"Key": key, "Value": value}])


def live(stage: Stage) -> Mapping[str, Any]:
    """Size and tags of the volume on the server."""
    (found,) = stage.client("ec2").describe_volumes(VolumeIds=[stage.stack.outputs()["id"]])["Volumes"]
    return {"size": found["Size"], **{each["Key"]: each["Value"] for each in found["Tags"]}}


def test_notes_are_no_drift_and_stay_through_an_update(volume: Stage) -> None:
    volume.quiet()
    assert volume.stack.run("refresh", "--preview-only", "--expect-no-changes").rc == 0
    volume.up()
    declare(volume, size_gb=30, tags={"team": "a"})
    assert volume.steps() == {"data-volume": "update"}
    volume.up()
    volume.quiet()
    assert live(volume) == {
        "size": 30, "team": "a", "Name": "dev", "timescaledb-database": "dev",
        "timescaledb-stack": "stand-in/dev",
        **dict.fromkeys(MARKS, "i-0123456789abcdef0"),
    }  # fmt: skip


def test_notes_stay_without_a_refresh_as_well(volume: Stage) -> None:
    """The first update finds them live and puts them into the state; the second one has them there."""
    for size in (30, 40):
        declare(volume, size_gb=size, tags={"team": str(size)})
        done = volume.stack.up("--refresh=false")
        assert done.rc == 0, done.output
        assert set(MARKS) < set(live(volume))
    assert volume.stack.preview("--refresh=false", "--expect-no-changes").rc == 0


def test_any_other_tag_is_drift_and_goes(volume: Stage) -> None:
    tag(volume, "extra", "x")
    assert volume.steps() == {"data-volume": "update"}
    volume.up()
    assert set(live(volume)) == {"size", "Name", "timescaledb-database", "timescaledb-stack", *MARKS}


def test_a_volume_that_is_another_stacks_is_refused_and_left_alone(volume: Stage) -> None:
    """As one of another project has it whose database has the same name; the way forward is its tag."""
    tag(volume, "timescaledb-stack", "other/prod")
    before = live(volume)
    for done in (volume.stack.preview(), volume.stack.up()):
        assert done.rc != 0
        assert "belongs to other/prod and not to stand-in/dev; choose another name, or set" in done.output
    assert live(volume) == before
    tag(volume, "timescaledb-stack", "stand-in/dev")
    volume.quiet()
