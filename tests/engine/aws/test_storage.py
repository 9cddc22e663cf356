"""Buckets, parameters, documents, secrets, records and state machines: up, quiet, changes, drift, an end without rests.

Whether a stored value is safe on AWS is not proved; that it is not in Pulumi's state in the clear is.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.engine.aws.stage import Spec, Stage
from tests.engine.aws.test_group import ASSUME

pytestmark = pytest.mark.sample("aws", of="types", count=3)

MACHINE = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
DOCUMENT = {
    "schemaVersion": "2.2",
    "description": "converge",
    "mainSteps": [{"action": "aws:runShellScript", "name": "run", "inputs": {"runCommand": ["true"]}}],
}


def bucket(days: int = 30) -> list[Spec]:
    """A bucket with all its settings."""
    name = {"bucket": {"of": "archive.bucket"}}
    every = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*", "Sid": "tls"}
    refuse = {**deny, "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    rule = {
        "id": "old",
        "status": "Enabled",
        "filter": {"prefix": ""},
        "noncurrent_version_expiration": {"noncurrent_days": days},
        "abort_incomplete_multipart_upload": {"days_after_initiation": 7},
    }
    encryption = {
        "apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"},
        "bucket_key_enabled": True,
    }
    return [
        ("s3.Bucket", "archive", {"force_destroy": True, "tags": {"Name": "archive"}}),
        ("s3.BucketVersioning", "versions", {**name, "versioning_configuration": {"status": "Enabled"}}),
        ("s3.BucketPublicAccessBlock", "closed", {**name, **dict.fromkeys(every, True)}),
        ("s3.BucketOwnershipControls", "owner", {**name, "rule": {"object_ownership": "BucketOwnerEnforced"}}),
        ("s3.BucketServerSideEncryptionConfiguration", "encrypted", {**name, "rules": [encryption]}),
        ("s3.BucketLifecycleConfiguration", "ages", {**name, "rules": [rule]}, {"after": ["versions"]}),
        (
            "s3.BucketPolicy",
            "tls",
            {**name, "policy": json.dumps({"Version": "2012-10-17", "Statement": [refuse]})},
        ),
    ]


def settings(stage: Stage, value: str = "one", command: str = "true") -> list[Spec]:
    """Parameters, document, association, secret, record, machine."""
    document = json.loads(json.dumps(DOCUMENT).replace('"true"', json.dumps(command)))
    zone = stage.client("route53").list_hosted_zones()["HostedZones"][0]["Id"].rpartition("/")[2]
    return [
        ("ssm.Parameter", "plain", {"name": "/db/version", "type": "String", "value": value, "tags": {"a": "b"}}),
        ("ssm.Parameter", "hidden", {"name": "/db/password", "type": "SecureString", "value": "canary-in-the-state"}),
        (
            "ssm.Parameter",
            "written",
            {"name": "/db/other", "type": "SecureString", "value_wo": "canary-write-only", "value_wo_version": 1},
        ),
        ("ssm.Document", "converge", {"document_type": "Command", "content": json.dumps(document), "tags": {"a": "b"}}),
        (
            "ssm.Association",
            "hourly",
            {
                "name": {"of": "converge.name"},
                "association_name": "converge",
                "schedule_expression": "rate(1 hour)",
                "targets": [{"key": "tag:db", "values": ["db"]}],
            },
        ),
        (
            "secretsmanager.Secret",
            "secret",
            {"description": "password", "recovery_window_in_days": 0, "tags": {"a": "b"}},
        ),
        (
            "route53.Record",
            "name",
            {"zone_id": zone, "name": "db.example.internal", "type": "A", "ttl": 30, "records": ["10.0.0.7"]},
        ),
        ("iam.Role", "role", {"assume_role_policy": json.dumps(ASSUME)}),
        (
            "sfn.StateMachine",
            "machine",
            {"definition": json.dumps(MACHINE), "role_arn": {"of": "role.arn"}, "tags": {"a": "b"}},
        ),
    ]


def with_zone(stage: Stage) -> Stage:
    """Make the zone that somebody else has made."""
    stage.client("route53").create_hosted_zone(Name="example.internal", CallerReference="x")
    return stage


def test_a_bucket_comes_up_stays_quiet_changes_and_goes(stage: Stage) -> None:
    stage.declare(*bucket())
    stage.up()
    stage.quiet()
    stage.declare(*bucket(90))
    assert stage.steps() == {"ages": "update"}
    stage.up()
    stage.quiet()
    s3, ids = stage.client("s3"), stage.stack.outputs()
    live = s3.get_bucket_lifecycle_configuration(Bucket=ids["archive"])["Rules"][0]
    assert live["NoncurrentVersionExpiration"] == {"NoncurrentDays": 90}
    s3.delete_bucket_policy(Bucket=ids["archive"])  # it refuses everything here, where nothing comes by TLS
    s3.put_object(Bucket=ids["archive"], Key="wal", Body=b"x")
    stage.destroy()
    assert s3.list_buckets()["Buckets"] == []


def test_an_opened_bucket_is_shown_and_closed_again(stage: Stage) -> None:
    stage.declare(*bucket())
    stage.up()
    s3, name = stage.client("s3"), stage.stack.outputs()["archive"]
    s3.delete_public_access_block(Bucket=name)
    s3.delete_bucket_policy(Bucket=name)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Suspended"})
    s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": [{"Key": "Name", "Value": "mine"}]})
    assert stage.steps() == {"closed": "create", "tls": "create", "versions": "update", "archive": "update"}
    stage.up()
    stage.quiet()
    closed = s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]
    assert set(closed.values()) == {True}


def test_settings_come_up_stay_quiet_change_and_go(stage: Stage) -> None:
    stage.declare(*settings(with_zone(stage)))
    stage.up()
    stage.quiet()
    state = json.dumps(stage.stack.export())
    assert "canary-in-the-state" not in state
    assert "canary-write-only" not in state
    ssm = stage.client("ssm")
    assert ssm.get_parameter(Name="/db/other", WithDecryption=True)["Parameter"]["Value"] == "canary-write-only"
    stage.declare(*settings(stage, "two", "false"))
    assert stage.steps() == {"plain": "update", "converge": "update"}
    stage.up()
    stage.quiet()
    assert ssm.get_parameter(Name="/db/version")["Parameter"]["Value"] == "two"
    stage.destroy()
    assert ssm.describe_parameters()["Parameters"] == []
    assert ssm.list_associations()["Associations"] == []
    assert stage.client("secretsmanager").list_secrets()["SecretList"] == []
    assert stage.client("stepfunctions").list_state_machines()["stateMachines"] == []
    zone = stage.client("route53").list_hosted_zones()["HostedZones"][0]["Id"]
    found = stage.client("route53").list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    assert {each["Type"] for each in found} == {"NS", "SOA"}


def test_changed_settings_are_shown_and_repaired(stage: Stage) -> None:
    stage.declare(*settings(with_zone(stage)))
    stage.up()
    ssm, ids = stage.client("ssm"), stage.stack.outputs()
    ssm.put_parameter(Name="/db/version", Value="by hand", Overwrite=True)
    ssm.delete_association(AssociationId=ids["hourly"])
    stage.client("secretsmanager").update_secret(SecretId=ids["secret"], Description="mine")
    zone, changed = ids["name"].split("_")[0], {"Name": "db.example.internal", "Type": "A", "TTL": 30}
    changed["ResourceRecords"] = [{"Value": "10.0.0.66"}]
    batch: Any = {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": changed}]}
    stage.client("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)
    other = json.dumps({"StartAt": "Fail", "States": {"Fail": {"Type": "Fail"}}})
    stage.client("stepfunctions").update_state_machine(stateMachineArn=ids["machine"], definition=other)
    steps = {"plain": "update", "hourly": "create", "secret": "update", "name": "update", "machine": "update"}
    assert stage.steps() == steps
    stage.up()
    stage.quiet()
    live = json.loads(
        stage.client("stepfunctions").describe_state_machine(stateMachineArn=ids["machine"])["definition"]
    )
    assert live == MACHINE
