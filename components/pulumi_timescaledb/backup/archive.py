"""The component: a bucket with every setting that an archive needs; nothing calculated."""

from typing import Any

import pulumi
import pulumi_aws as aws

from ..hosts import arguments as check
from ..hosts import left_behind
from ..hosts.inputs import has_output, known
from ..program import refusing, this_stack
from . import bucket, wanted
from .args import ArchiveArgs


class Archive(pulumi.ComponentResource):
    """A private S3 bucket: TLS alone, versioned, encrypted, owned by the account, cleaned up after itself."""

    bucket_name: pulumi.Output[str]
    """The bucket."""
    bucket_arn: pulumi.Output[str]
    """Its ARN, for the host's role."""

    def __init__(self, name: str, args: ArchiveArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declare the bucket.

        Args:
            name: of the component; the names of its children derive from it.
            args: see :class:`ArchiveArgs`.
            opts: of the component; providers and protection pass to the children.

        Raises:
            pulumi.RunError: one sentence that names the argument which cannot be used.
        """
        super().__init__("timescaledb:backup:Archive", name, {}, opts)
        self._name, self._retain = name, args.get("retain", True)
        with refusing():
            numbers = wanted.archive(args, known(args), ArchiveArgs.__annotations__, ArchiveArgs.__required_keys__)
        made = aws.s3.Bucket(
            f"{name}-bucket",
            bucket=pulumi.Output.from_input(args["bucket_name"]).apply(_checked),
            object_lock_enabled=numbers.lock_days > 0,
            tags=args.get("tags"),
            opts=self._child(
                # the provider reads no `force_destroy`, so that what is imported would differ from its default; and it
                # would replace a bucket, archive and all, for a lock that S3 gives to one that is there
                ignore_changes=["force_destroy", "object_lock_enabled"],
                import_=self._left_behind(args["bucket_name"]),
            ),
        )
        self._closed(made)
        self._kept(made, numbers)
        self._encrypted(made, args)
        self.bucket_name, self.bucket_arn = made.bucket, made.arn
        self.register_outputs({"bucket_arn": self.bucket_arn, "bucket_name": self.bucket_name})

    def _child(self, **more: Any) -> pulumi.ResourceOptions:
        """A bucket that stays behind stays closed, versioned and encrypted."""
        return pulumi.ResourceOptions(parent=self, retain_on_delete=self._retain, **more)

    def _left_behind(self, bucket_name: Any) -> str | None:
        """The bucket's id where it is there already, closed by our own policy, which stays with it.

        Of a name that is not known yet none is looked for.
        """
        if not self._retain or has_output(bucket_name):
            return None
        what = f"bucket_name {bucket_name!r}"
        there = left_behind.found(aws.s3.get_bucket_policy, self, what, bucket=bucket_name)
        return bucket_name if there and bucket.is_ours(there.policy, this_stack()) else None

    def _closed(self, made: aws.s3.Bucket) -> None:
        block = aws.s3.BucketPublicAccessBlock(
            f"{self._name}-public-access",
            bucket=made.bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=self._child(),
        )
        aws.s3.BucketOwnershipControls(
            f"{self._name}-ownership",
            bucket=made.bucket,
            rule={"object_ownership": "BucketOwnerEnforced"},
            opts=self._child(),
        )
        aws.s3.BucketPolicy(
            f"{self._name}-policy",
            bucket=made.bucket,
            policy=made.arn.apply(lambda arn: bucket.policy(arn, this_stack())),
            # S3 refuses one of two changes to a bucket that arrive together
            opts=self._child(depends_on=[block]),
        )

    def _kept(self, made: aws.s3.Bucket, numbers: bucket.Bucket) -> None:
        versioning = aws.s3.BucketVersioning(
            f"{self._name}-versioning",
            bucket=made.bucket,
            versioning_configuration={"status": "Enabled"},
            opts=self._child(),
        )
        aws.s3.BucketLifecycleConfiguration(
            f"{self._name}-lifecycle",
            bucket=made.bucket,
            rules=[
                {
                    "id": "clean",
                    "status": "Enabled",
                    "filter": {"prefix": ""},
                    "noncurrent_version_expiration": {"noncurrent_days": numbers.noncurrent_days},
                    "abort_incomplete_multipart_upload": {"days_after_initiation": numbers.abort_days},
                }
            ],
            opts=self._child(depends_on=[versioning]),
        )
        if numbers.lock_days:
            aws.s3.BucketObjectLockConfiguration(
                f"{self._name}-lock",
                bucket=made.bucket,
                rule={"default_retention": {"mode": "GOVERNANCE", "days": numbers.lock_days}},
                opts=self._child(depends_on=[versioning]),
            )

    def _encrypted(self, made: aws.s3.Bucket, args: ArchiveArgs) -> None:
        key = args.get("kms_key_arn")
        how: Any = (
            {"sse_algorithm": "AES256"} if key is None else {"sse_algorithm": "aws:kms", "kms_master_key_id": key}
        )
        aws.s3.BucketServerSideEncryptionConfiguration(
            f"{self._name}-encryption",
            bucket=made.bucket,
            rules=[{"apply_server_side_encryption_by_default": how, "bucket_key_enabled": key is not None}],
            opts=self._child(),
        )


def _checked(name: str) -> str:
    with refusing():
        return check.bucket_name(name)
