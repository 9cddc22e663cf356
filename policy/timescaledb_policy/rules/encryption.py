"""Disks and backups are encrypted where they lie."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from timescaledb_policy.resource import Resource, entries, inside, items, true
from timescaledb_policy.rule import Config, Finding, Option, ResourceRule, StackRule
from timescaledb_policy.rules.buckets import of_type, without

VOLUME = "aws:ebs/volume:Volume"
INSTANCE, TEMPLATE = "aws:ec2/instance:Instance", "aws:ec2/launchTemplate:LaunchTemplate"
VAULT, COPY = "aws:backup/vault:Vault", "aws:ebs/snapshotCopy:SnapshotCopy"
ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"


def _volume(resource: Resource, config: Config) -> Iterator[Finding]:
    if not true(resource.of("encrypted")):
        yield Finding("is not encrypted, nor will its snapshots be", "set encrypted to True")


def _disks(resource: Resource, config: Config) -> Iterator[Finding]:
    if resource.type == TEMPLATE:
        mapped = resource.of("blockDeviceMappings")
        disks = [(each.get("deviceName"), inside(each, "ebs", "encrypted")) for each in items(mapped)]
        if not entries(mapped):
            yield Finding("leaves its root disk as the image has it", "declare it with ebs.encrypted set to true")
    else:
        disks = [("the root disk", resource.of("rootBlockDevice", "encrypted"))]
        further = items(resource.of("ebsBlockDevices"))
        disks += [(each.get("deviceName"), each.get("encrypted")) for each in further]
    for name, encrypted in disks:
        if not true(encrypted):
            yield Finding(f"does not encrypt {name}", "set encrypted to True in its block")


def _backups(resource: Resource, config: Config) -> Iterator[Finding]:
    if resource.type == COPY and not true(resource.of("encrypted")):
        yield Finding("copies a snapshot without encryption", "set encrypted to True")
    if resource.type == VAULT and config["customer_key"] and resource.of("kmsKeyArn") is None:
        yield Finding("encrypts its backups with the account's own key", "set kms_key_arn to a key of yours")


def _buckets(stack: Sequence[Resource], config: Config) -> Iterator[Finding]:
    for bucket in without(stack, of_type(stack, ENCRYPTION)):
        yield Finding(
            "declares no encryption", "add a BucketServerSideEncryptionConfiguration for it to this stack", bucket
        )


RULES = (
    ResourceRule("encrypted-volume", "Every volume is encrypted (FSBP EC2.3).", (VOLUME,), _volume),
    ResourceRule(
        "encrypted-instance-disks",
        "Every disk that an instance starts with is encrypted: swap and logs hold rows too.",
        (INSTANCE, TEMPLATE),
        _disks,
    ),
    ResourceRule(
        "encrypted-backups",
        "Backups are encrypted: copies of snapshots as asked for, vaults with a customer key where that is configured.",
        (VAULT, COPY),
        _backups,
        options={
            "customer_key": Option(
                False, {"type": "boolean"}, "Whether a vault must name a KMS key; AWS's own encrypts it otherwise."
            )
        },
    ),
    StackRule("encrypted-bucket", "Every bucket declares its encryption (FSBP S3.17).", _buckets),
)
