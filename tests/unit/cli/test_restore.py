"""``tsdb restore``: tags, hosts and refusals against moto in process, and the plan of every state that a run can leave.

Not proved here: that EC2 gives a volume back as quickly, that a host boots from the restored disk (tests/boot swaps
disks under a real one), and AWS Backup's answers, which are written in the form that its API model has.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from botocore.stub import Stubber
from pulumi_timescaledb.cli.main import app
from pulumi_timescaledb.cli.restore import act, look, state, steps
from pulumi_timescaledb.cli.restore.command import Question, run
from pulumi_timescaledb.cli.restore.found import (
    BEFORE_TAG,
    PENDING_TAG,
    REPLACES_TAG,
    Found,
    Group,
    Instance,
    Snapshot,
    Volume,
)
from pulumi_timescaledb.errors import Failed, Refusal, Unreachable
from pulumi_timescaledb.hosts.ec2.checks import IDENTITY_TAG
from typer.testing import CliRunner

from tests.support.aws_account import NAME, OWNER, REGION, ZONE, Account, account, project

__all__ = ["account", "project"]
SNAPSHOT = Snapshot("snap-0a", 20, "completed", tags={IDENTITY_TAG: NAME})
OLD = Volume("vol-01", ZONE, "in-use", 20, {IDENTITY_TAG: NAME}, holder="i-01")
NEW = Volume("vol-02", ZONE, "available", 20, {PENDING_TAG: NAME, REPLACES_TAG: "vol-01"}, "snap-0a")
HOST = Instance("i-01", "running", ZONE)
FOUND = Found(NAME, [OLD], [HOST], None, SNAPSHOT)
WISH = steps.Wish(20)


def does(found: Found, wish: steps.Wish = WISH) -> list[str]:
    return [step.does for step in steps.plan(found, wish).steps]


def restore(account: Account, project: Path, snapshot: str, **more: Any) -> None:
    asked = Question("dev", str(project), None, snapshot, yes=True, wait=20.0)
    run(replace(asked, **more), as_json=False, clients=account.clients, poll=0.05)


def check(account: Account, old: str, snapshot: str) -> str:
    """One volume has the tag, it is the host's, and the old one is there with what it was."""
    (new,) = account.ec2.describe_volumes(Filters=[{"Name": f"tag:{IDENTITY_TAG}", "Values": [NAME]}])["Volumes"]
    assert new["VolumeId"] != old
    assert new["SnapshotId"] == snapshot
    assert [each["InstanceId"] for each in new["Attachments"]] == account.hosts()
    assert account.tags(new["VolumeId"]) == {
        IDENTITY_TAG: NAME,
        "Name": NAME,
        "environment": "dev",
        "timescaledb-stack": OWNER,
    }
    left = account.described(old)
    assert left["State"] == "available"
    assert account.tags(old)[BEFORE_TAG] == NAME
    assert IDENTITY_TAG not in account.tags(old)
    return str(new["VolumeId"])


def test_on_demand_the_same_host_comes_back_with_the_new_volume(account: Account, project: Path) -> None:
    old = account.volume(Iops=4000, Throughput=200)
    host, snapshot = account.instance(), account.snapshot(old)
    account.boot()
    with account.booting():
        restore(account, project, snapshot)
    new = check(account, old, snapshot)
    assert account.hosts() == [host]
    assert (account.described(new)["Iops"], account.described(new)["Throughput"]) == (4000, 200)


def test_a_spot_host_is_replaced_by_its_group(account: Account, project: Path) -> None:
    old = account.volume()
    account.group()
    snapshot, before = account.snapshot(old), account.hosts()
    account.boot()
    with account.booting():
        restore(account, project, snapshot)
    check(account, old, snapshot)
    assert account.hosts() != before
    (group,) = account.autoscaling.describe_auto_scaling_groups()["AutoScalingGroups"]
    assert (group["MinSize"], group["DesiredCapacity"]) == (1, 1)


ON_DEMAND = ("make", "stop", "release", "untag", "tag", "start", "held", "done")
SPOT = ("make", "empty-group", "release", "untag", "tag", "fill-group", "held", "done")


@pytest.mark.parametrize(("spot", "broken"), [*((False, each) for each in ON_DEMAND), *((True, each) for each in SPOT)])
def test_a_run_that_ended_before_any_step_is_finished_by_the_next(
    account: Account, project: Path, monkeypatch: pytest.MonkeyPatch, spot: bool, broken: str
) -> None:
    """Each step fails once; the second run ends as an undisturbed one does, with one new volume."""
    old = account.volume()
    account.group() if spot else account.instance()
    snapshot = account.snapshot(old)
    account.boot()
    real = act._DOES[broken]

    def fails(run: act.Restore, step: steps.Step) -> None:
        raise Failed("broken by the test")

    monkeypatch.setitem(act._DOES, broken, fails)
    with account.booting():
        with pytest.raises(Failed, match="broken by the test"):
            restore(account, project, snapshot)
        monkeypatch.setitem(act._DOES, broken, real)
        restore(account, project, snapshot)
        check(account, old, snapshot)
    made = [each for each in account.ec2.describe_volumes()["Volumes"] if each.get("SnapshotId") == snapshot]
    assert len(made) == 1


@pytest.mark.parametrize("call", ["_take", "_until", "_tag"])
def test_a_run_that_ended_within_a_step_is_finished_by_the_next(
    account: Account, project: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """Between two calls of one step: a tag that was set and not yet taken, a volume that was asked for."""
    old = account.volume()
    account.instance()
    snapshot = account.snapshot(old)
    account.boot()
    real = getattr(act.Restore, call)

    def fails(*_: Any) -> None:
        raise Failed("broken by the test")

    monkeypatch.setattr(act.Restore, call, fails)
    with account.booting():
        with pytest.raises(Failed, match="broken by the test"):
            restore(account, project, snapshot)
        monkeypatch.setattr(act.Restore, call, real)
        restore(account, project, snapshot)
        check(account, old, snapshot)


CHANGES = {
    "on-demand": ("CreateVolume", "StopInstances", "DetachVolume", "CreateTags", "DeleteTags", "CreateTags",
                  "StartInstances", "DeleteTags"),
    "spot": ("CreateVolume", "UpdateAutoScalingGroup", "CreateTags", "DeleteTags", "CreateTags",
             "UpdateAutoScalingGroup", "DeleteTags"),
}  # fmt: skip
"""What changes an account in a restore, in order. With the last call it has ended: a run after it is another one."""


class Calls:
    """Notes the changes that a restore asks AWS for, and breaks the run off once so many were made."""

    def __init__(self, account: Account, last: int | None = None) -> None:
        self.names: list[str] = []
        self._last = last
        for client in (account.ec2, account.autoscaling):
            client.meta.events.register("after-call", self._made)

    def _made(self, model: Any, **_: Any) -> None:
        if model.name.startswith("Describe") or model.name == "AttachVolume":  # which the host does
            return
        self.names.append(model.name)
        if len(self.names) - 1 == self._last:
            raise Failed("broken by the test")


@pytest.mark.parametrize("market", CHANGES)
def test_a_restore_ends_with_one_call_that_takes_its_tags(account: Account, project: Path, market: str) -> None:
    """Between two, a run would take the restored volume for the one to replace, and stop its host."""
    old = account.volume()
    account.group() if market == "spot" else account.instance()
    snapshot = account.snapshot(old)
    account.boot()
    calls = Calls(account)
    with account.booting():
        restore(account, project, snapshot)
    assert tuple(calls.names) == CHANGES[market]
    check(account, old, snapshot)


@pytest.mark.parametrize(
    ("market", "last"), [(market, last) for market, made in CHANGES.items() for last in range(len(made) - 1)]
)
def test_a_run_that_ended_after_any_call_is_finished_by_the_next(
    account: Account, project: Path, market: str, last: int
) -> None:
    """The call was made and nobody heard of it; the second run makes no other volume."""
    old = account.volume()
    account.group() if market == "spot" else account.instance()
    snapshot = account.snapshot(old)
    account.boot()
    calls = Calls(account, last)
    with account.booting():
        with pytest.raises(Failed, match="broken by the test"):
            restore(account, project, snapshot)
        restore(account, project, snapshot)
        check(account, old, snapshot)
    assert calls.names.count("CreateVolume") == 1
    assert calls.names[-1] == "DeleteTags"


def test_without_yes_nothing_is_done(account: Account, project: Path) -> None:
    old = account.volume()
    account.instance()
    snapshot = account.snapshot(old)
    account.boot()
    arguments = ["restore", "-s", "dev", "-C", str(project), "--snapshot", snapshot]
    answer = CliRunner().invoke(app, arguments)
    assert answer.exit_code == 0, answer.output
    assert "Nothing was done: add --yes" in answer.stdout
    assert "canary" not in answer.output
    asked = json.loads(CliRunner().invoke(app, [*arguments, "--json"]).stdout)
    assert (asked["done"], asked["old"], asked["new"]) == (False, old, None)
    assert account.tags(old)[IDENTITY_TAG] == NAME
    assert len(account.hosts()) == 1
    assert not [each for each in account.ec2.describe_volumes()["Volumes"] if each.get("SnapshotId") == snapshot]


def test_where_everything_is_gone_a_zone_is_asked_for(account: Account, project: Path) -> None:
    old = account.volume()
    snapshot = account.snapshot(old)
    account.ec2.delete_volume(VolumeId=old)
    with pytest.raises(Refusal, match="--zone"):
        restore(account, project, snapshot)
    restore(account, project, snapshot, zone=ZONE)
    (new,) = account.ec2.describe_volumes(Filters=[{"Name": f"tag:{IDENTITY_TAG}", "Values": [NAME]}])["Volumes"]
    assert new["AvailabilityZone"] == ZONE


@pytest.mark.parametrize(
    ("found", "wish", "words"),
    [
        (replace(FOUND, volumes=[OLD, replace(OLD, id="vol-09", holder="")]), WISH, "vol-01 and vol-09 both have"),
        (replace(FOUND, snapshot=replace(SNAPSHOT, progress="pending")), WISH, "is pending and not completed"),
        (replace(FOUND, snapshot=replace(SNAPSHOT, size_gb=100)), WISH, "set storage_gb to 100 first"),
        (replace(FOUND, snapshot=replace(SNAPSHOT, tags={})), WISH, "is of no known volume"),
        (replace(FOUND, snapshot=replace(SNAPSHOT, tags={IDENTITY_TAG: "x"})), WISH, "is of the database x"),
        (replace(FOUND, instances=[HOST, replace(HOST, id="i-02")]), WISH, "i-01 and i-02 all have"),
        (replace(FOUND, group=Group(NAME, 1)), WISH, "is none of the group"),
        (replace(FOUND, instances=[]), WISH, "vol-01 is held by i-01, which is no host"),
        (replace(FOUND, volumes=[OLD, replace(NEW, snapshot="snap-0b")]), WISH, "a restore of snap-0b to vol-02"),
        (replace(FOUND, volumes=[OLD, NEW, replace(NEW, id="vol-03")]), WISH, "vol-02 and vol-03 both have"),
        (FOUND, steps.Wish(20, zone="us-east-1b"), "--zone is us-east-1b but"),
        (replace(FOUND, volumes=[], instances=[]), WISH, "give it with --zone"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything(found: Found, wish: steps.Wish, words: str) -> None:
    with pytest.raises(Refusal, match=words):
        steps.plan(found, wish)


def test_the_host_stops_before_the_tag_moves_and_starts_after_it() -> None:
    assert does(FOUND) == list(ON_DEMAND)
    group = replace(FOUND, group=Group(NAME, 1, (ZONE,), ("i-01",)), instances=[replace(HOST, group=NAME)])
    assert does(group) == list(SPOT)


def test_a_smaller_snapshot_gets_the_volume_that_is_declared_already() -> None:
    assert steps.plan(replace(FOUND, snapshot=replace(SNAPSHOT, size_gb=8)), WISH).size_gb == 20


def test_another_database_may_be_meant() -> None:
    other = replace(FOUND, snapshot=replace(SNAPSHOT, tags={IDENTITY_TAG: "lighthouse-prod"}))
    assert does(other, steps.Wish(20, another=True))[0] == "make"


def test_a_second_restore_from_the_same_snapshot_says_so() -> None:
    (note,) = steps.plan(replace(FOUND, volumes=[replace(OLD, snapshot="snap-0a")]), WISH).notes
    assert "vol-01 was itself made from snap-0a" in note


def test_a_recovery_point_must_be_completed_and_in_the_vault(account: Account) -> None:
    """AWS Backup's answers, stubbed: moto has none."""
    snapshot = account.snapshot(account.volume())
    arn, vault = f"arn:aws:ec2:{REGION}::snapshot/{snapshot}", "lighthouse-dev-timescaledb-vault"
    asked = {"BackupVaultName": vault, "RecoveryPointArn": arn}
    with Stubber(account.clients("backup")) as stub:
        stub.add_response("describe_recovery_point", {"Status": "COMPLETED"}, asked)
        assert look.of_recovery_point(account.clients, arn, vault).id == snapshot
        stub.add_response("describe_recovery_point", {"Status": "EXPIRED"}, asked)
        with pytest.raises(Refusal, match="is EXPIRED; name one that is COMPLETED"):
            look.of_recovery_point(account.clients, arn, vault)
        stub.add_client_error("describe_recovery_point", "ResourceNotFoundException", expected_params=asked)
        with pytest.raises(Refusal, match="holds no recovery point"):
            look.of_recovery_point(account.clients, arn, vault)
        stub.add_client_error("describe_recovery_point", "AccessDeniedException", expected_params=asked)
        with pytest.raises(Unreachable, match="AccessDeniedException"):
            look.of_recovery_point(account.clients, arn, vault)
        stub.assert_no_pending_responses()


@pytest.mark.parametrize(
    ("arn", "words"),
    [
        ("nonsense", "not the ARN of a volume's recovery point"),
        ("arn:aws:rds:us-east-1:1:snapshot/snap-0123456789abcdef0", "not the ARN of a volume's recovery point"),
        ("arn:aws:ec2:eu-west-1::snapshot/snap-0123456789abcdef0", "is in eu-west-1 but the stack in us-east-1"),
    ],
)
def test_an_arn_of_something_else_is_refused(account: Account, arn: str, words: str) -> None:
    with pytest.raises(Refusal, match=words):
        look.of_recovery_point(account.clients, arn, "vault")


def test_a_snapshot_that_there_is_not_is_refused(account: Account) -> None:
    with pytest.raises(Refusal, match="is no snapshot of this account"):
        look.of_snapshot(account.clients, "snap-0123456789abcdef0")
    with pytest.raises(Refusal, match="not the id of a snapshot"):
        look.of_snapshot(account.clients, "snap-x")


def test_the_state_names_the_new_volume_and_nothing_else_changes() -> None:
    volume = {"type": state.VOLUME_TYPE, "id": "vol-01", "outputs": {"arn": "arn:x/vol-01", "size": 20}}
    alarm = {"type": "aws:cloudwatch/metricAlarm:MetricAlarm", "id": "a", "inputs": {"VolumeId": "vol-01"}}
    text = json.dumps({"version": 3, "deployment": {"resources": [volume, alarm]}})
    moved = json.loads(state.moved(text, "vol-01", "vol-02"))["deployment"]["resources"]
    assert moved[0] == {"type": state.VOLUME_TYPE, "id": "vol-02", "outputs": {"arn": "arn:x/vol-02", "size": 20}}
    assert moved[1] == alarm
    again = CliRunner().invoke(
        app, ["restore", "--state", "vol-01=vol-02"], input=state.moved(text, "vol-01", "vol-02")
    )
    assert json.loads(again.stdout)["deployment"]["resources"] == moved


def test_a_volume_that_was_taken_back_is_not_to_be_taken_back_again() -> None:
    """What it was imported as would be compared with the new one, and replace it; of another the engine keeps it."""
    volume = {"type": state.VOLUME_TYPE, "id": "vol-01", "importID": "vol-01", "outputs": {}}
    other = {"type": state.VOLUME_TYPE, "id": "vol-03", "importID": "vol-03", "outputs": {}}
    text = json.dumps({"deployment": {"resources": [volume, other]}})
    moved = json.loads(state.moved(text, "vol-01", "vol-02"))["deployment"]["resources"]
    assert moved == [{"type": state.VOLUME_TYPE, "id": "vol-02", "outputs": {}}, other]


@pytest.mark.parametrize("given", ["", "[]", "{}", '{"deployment": {"resources": []}}'])
def test_what_is_no_state_is_refused(given: str) -> None:
    answer = CliRunner().invoke(app, ["restore", "--state", "vol-01=vol-02"], input=given)
    assert answer.exit_code == 2
    assert answer.stdout == ""
    assert "Traceback" not in answer.stderr
