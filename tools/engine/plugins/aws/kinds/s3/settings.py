"""The settings of a bucket, each a resource whose id is the bucket's name."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

from tools.engine.common.values import Props
from tools.engine.plugins.aws.errors import gone_is_fine
from tools.engine.plugins.aws.fields import Fields, Many, One, from_wire, same, to_wire
from tools.engine.plugins.aws.kind import Kind


class Setting(Kind):
    """What they share: one call to put, one to get, one to take away.

    Attributes:
        absent: error codes that say the bucket has no such setting.
    """

    renews: ClassVar = frozenset({"bucket"})
    absent: ClassVar[frozenset[str]] = frozenset()

    @abstractmethod
    def put(self, client: Any, bucket: str, inputs: Props) -> None:
        """Set it."""

    @abstractmethod
    def get(self, client: Any, bucket: str) -> Props | None:
        """The live setting."""

    @abstractmethod
    def take(self, client: Any, bucket: str) -> None:
        """Take it away."""

    def create(self, inputs: Props, region: str) -> str:
        self.put(self.aws.client("s3", region), inputs["bucket"], inputs)
        return str(inputs["bucket"])

    def read(self, identifier: str, declared: Props, region: str) -> Props | None:
        client = self.aws.client("s3", region)
        try:
            live = self.get(client, identifier)
        except client.exceptions.ClientError as error:
            if error.response["Error"]["Code"] not in self.absent | {"NoSuchBucket"}:
                raise
            return None
        return None if live is None else {"bucket": identifier, **live}

    def update(self, identifier: str, new: Props, old: Props, changed: frozenset[str], region: str) -> None:
        self.put(self.aws.client("s3", region), identifier, new)

    def delete(self, identifier: str, outputs: Props, region: str) -> None:
        with gone_is_fine("NoSuchBucket", *self.absent):
            self.take(self.aws.client("s3", region), identifier)


class BucketVersioning(Setting):
    """aws.s3.BucketVersioning; taken away, it is suspended."""

    pulumi_type: ClassVar = "aws:s3/bucketVersioning:BucketVersioning"
    supported: ClassVar = frozenset({"bucket", "versioningConfiguration"})

    def put(self, client: Any, bucket: str, inputs: Props) -> None:
        wanted = to_wire({"status": "Status", "mfaDelete": "MFADelete"}, inputs["versioningConfiguration"])
        client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=wanted)

    def get(self, client: Any, bucket: str) -> Props | None:
        live = client.get_bucket_versioning(Bucket=bucket)
        if not live.get("Status"):
            return None
        return {"versioningConfiguration": {"status": live["Status"], "mfaDelete": live.get("MFADelete")}}

    def take(self, client: Any, bucket: str) -> None:
        client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})


BLOCK = same("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")


class BucketPublicAccessBlock(Setting):
    """aws.s3.BucketPublicAccessBlock."""

    pulumi_type: ClassVar = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
    supported: ClassVar = frozenset(BLOCK) | {"bucket", "skipDestroy"}
    defaults: ClassVar = dict.fromkeys(BLOCK, False)
    unread: ClassVar = frozenset({"skipDestroy"})
    absent: ClassVar = frozenset({"NoSuchPublicAccessBlockConfiguration"})

    def put(self, client: Any, bucket: str, inputs: Props) -> None:
        wanted = {BLOCK[name]: bool(inputs.get(name)) for name in BLOCK}
        client.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=wanted)

    def get(self, client: Any, bucket: str) -> Props | None:
        return from_wire(BLOCK, client.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"])

    def take(self, client: Any, bucket: str) -> None:
        client.delete_public_access_block(Bucket=bucket)


class BucketOwnershipControls(Setting):
    """aws.s3.BucketOwnershipControls."""

    pulumi_type: ClassVar = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
    supported: ClassVar = frozenset({"bucket", "rule"})
    absent: ClassVar = frozenset({"OwnershipControlsNotFoundError"})

    def put(self, client: Any, bucket: str, inputs: Props) -> None:
        rule = to_wire(same("objectOwnership"), inputs["rule"])
        client.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls={"Rules": [rule]})

    def get(self, client: Any, bucket: str) -> Props | None:
        live = client.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"]["Rules"]
        return {"rule": from_wire(same("objectOwnership"), live[0])} if live else None

    def take(self, client: Any, bucket: str) -> None:
        client.delete_bucket_ownership_controls(Bucket=bucket)


ENCRYPTION: Fields = {
    "applyServerSideEncryptionByDefault": One(
        "ApplyServerSideEncryptionByDefault", {"sseAlgorithm": "SSEAlgorithm", "kmsMasterKeyId": "KMSMasterKeyID"}
    ),
    "bucketKeyEnabled": "BucketKeyEnabled",
}


class BucketEncryption(Setting):
    """aws.s3.BucketServerSideEncryptionConfiguration."""

    pulumi_type: ClassVar = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
    supported: ClassVar = frozenset({"bucket", "rules"})
    absent: ClassVar = frozenset({"ServerSideEncryptionConfigurationNotFoundError"})

    def put(self, client: Any, bucket: str, inputs: Props) -> None:
        rules = [to_wire(ENCRYPTION, each) for each in inputs["rules"]]
        client.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": rules})

    def get(self, client: Any, bucket: str) -> Props | None:
        live = client.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]
        return {"rules": [from_wire(ENCRYPTION, each) for each in live["Rules"]]}

    def take(self, client: Any, bucket: str) -> None:
        client.delete_bucket_encryption(Bucket=bucket)


TRANSITION = {**same("date", "days", "storageClass")}
OLD_TRANSITION = same("noncurrentDays", "newerNoncurrentVersions", "storageClass")
LIMITS = same("objectSizeGreaterThan", "objectSizeLessThan", "prefix")
FILTER: Fields = {**LIMITS, "tag": One("Tag", same("key", "value")), "and": One("And", LIMITS)}
LIFECYCLE: Fields = {
    "id": "ID",
    "status": "Status",
    "prefix": "Prefix",
    "filter": One("Filter", FILTER),
    "abortIncompleteMultipartUpload": One("AbortIncompleteMultipartUpload", same("daysAfterInitiation")),
    "expiration": One("Expiration", same("date", "days", "expiredObjectDeleteMarker")),
    "noncurrentVersionExpiration": One(
        "NoncurrentVersionExpiration", same("noncurrentDays", "newerNoncurrentVersions")
    ),
    "noncurrentVersionTransitions": Many("NoncurrentVersionTransitions", OLD_TRANSITION),
    "transitions": Many("Transitions", TRANSITION),
}


class BucketLifecycle(Setting):
    """aws.s3.BucketLifecycleConfiguration."""

    pulumi_type: ClassVar = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
    supported: ClassVar = frozenset({"bucket", "rules"})
    absent: ClassVar = frozenset({"NoSuchLifecycleConfiguration"})

    def put(self, client: Any, bucket: str, inputs: Props) -> None:
        rules = [to_wire(LIFECYCLE, each) for each in inputs.get("rules") or []]
        rules = [each if "Filter" in each or "Prefix" in each else {**each, "Filter": {}} for each in rules]
        client.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": rules})

    def get(self, client: Any, bucket: str) -> Props | None:
        live = client.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
        return {"rules": [from_wire(LIFECYCLE, each) for each in live]}

    def take(self, client: Any, bucket: str) -> None:
        client.delete_bucket_lifecycle(Bucket=bucket)


LOCK: Fields = {"defaultRetention": One("DefaultRetention", same("mode", "days", "years"))}


class BucketObjectLock(Setting):
    """aws.s3.BucketObjectLockConfiguration; taken away, the bucket stays able to lock and locks nothing new."""

    pulumi_type: ClassVar = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
    supported: ClassVar = frozenset({"bucket", "rule"})
    absent: ClassVar = frozenset({"ObjectLockConfigurationNotFoundError"})

    def put(self, client: Any, bucket: str, inputs: Props) -> None:
        self._write(client, bucket, Rule=to_wire(LOCK, inputs["rule"]))

    def get(self, client: Any, bucket: str) -> Props | None:
        rule = client.get_object_lock_configuration(Bucket=bucket)["ObjectLockConfiguration"].get("Rule")
        return {"rule": from_wire(LOCK, rule)} if rule else None

    def take(self, client: Any, bucket: str) -> None:
        self._write(client, bucket)

    def _write(self, client: Any, bucket: str, **rule: Any) -> None:
        wanted = {"ObjectLockEnabled": "Enabled", **rule}
        client.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration=wanted)


class BucketPolicy(Setting):
    """aws.s3.BucketPolicy."""

    pulumi_type: ClassVar = "aws:s3/bucketPolicy:BucketPolicy"
    supported: ClassVar = frozenset({"bucket", "policy"})
    documents: ClassVar = frozenset({"policy"})
    absent: ClassVar = frozenset({"NoSuchBucketPolicy"})

    def put(self, client: Any, bucket: str, inputs: Props) -> None:
        client.put_bucket_policy(Bucket=bucket, Policy=inputs["policy"])

    def get(self, client: Any, bucket: str) -> Props | None:
        return {"policy": client.get_bucket_policy(Bucket=bucket)["Policy"]}

    def take(self, client: Any, bucket: str) -> None:
        client.delete_bucket_policy(Bucket=bucket)


KINDS: tuple[type[Kind], ...] = (
    BucketVersioning,
    BucketPublicAccessBlock,
    BucketOwnershipControls,
    BucketEncryption,
    BucketLifecycle,
    BucketObjectLock,
    BucketPolicy,
)
