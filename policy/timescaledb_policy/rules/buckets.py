"""Buckets that hold backups: closed to the public, and keeping what is overwritten."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from timescaledb_policy.resource import UNKNOWN, Resource, true
from timescaledb_policy.rule import Config, Finding, Level, ResourceRule, Severity, StackRule

BUCKETS = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")
ACCESS = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"
FLAGS = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")


def without(stack: Sequence[Resource], companions: Iterable[Resource]) -> Iterator[Resource]:
    """The buckets that no companion speaks of.

    A companion names its bucket; while a preview does not know that name, what the companion needs says which it is,
    and one that needs no bucket may speak of any.
    """
    speaking = list(companions)
    for bucket in (each for each in stack if each.type in BUCKETS):
        if not any(_speaks_of(each, bucket) for each in speaking):
            yield bucket


def of_type(stack: Sequence[Resource], token: str) -> Iterator[Resource]:
    """The resources of a type, under its old name with V2 as well."""
    module, _, name = token.partition(":")[2].partition(":")
    old = f"aws:{module}V2:{name}V2"
    return (each for each in stack if each.type in (token, old))


def _speaks_of(companion: Resource, bucket: Resource) -> bool:
    named, name = companion.of("bucket"), bucket.of("bucket")
    if UNKNOWN in (named, name):
        return bucket.urn in companion.needs or not companion.needs_a(*BUCKETS)
    return bucket.urn in companion.needs or (isinstance(name, str) and named == name)


def _open(resource: Resource, config: Config) -> Iterator[Finding]:
    lacking = [flag for flag in FLAGS if not true(resource.of(flag))]
    if lacking:
        yield Finding(f"leaves {', '.join(lacking)} off", "set all four flags to True")


def _closed(stack: Sequence[Resource], config: Config) -> Iterator[Finding]:
    for bucket in without(stack, of_type(stack, ACCESS)):
        yield Finding("has no public access block", "add a BucketPublicAccessBlock for it to this stack", bucket)


def _versions(stack: Sequence[Resource], config: Config) -> Iterator[Finding]:
    enabled = ("Enabled", UNKNOWN)
    keeping = [each for each in of_type(stack, VERSIONING) if each.of("versioningConfiguration", "status") in enabled]
    for bucket in without(stack, keeping):
        yield Finding("keeps no versions", "add a BucketVersioning with status Enabled to this stack", bucket)


RULES = (
    ResourceRule(
        "closed-access-block",
        "A public access block blocks everything: one flag left off is a way in (FSBP S3.2, S3.3, S3.8).",
        (ACCESS,),
        _open,
        severity=Severity.CRITICAL,
    ),
    StackRule("private-bucket", "Every bucket has a public access block (FSBP S3.8).", _closed),
    StackRule(
        "versioned-bucket",
        "A bucket keeps what was overwritten or deleted, by mistake or by an intruder (FSBP S3.14).",
        _versions,
        level=Level.ADVISORY,
        severity=Severity.MEDIUM,
    ),
)
