"""Make what is missing, one property a call; each is set to the same again without harm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .. import report
from ..aws.clients import Clients, asking
from .look import SPARE_TAG
from .wanted import BLOCKED, Found, Item, Wanted, tls_only


class Bootstrap:
    """One run. clients: of the region. want, found: what is to be, and what there is."""

    def __init__(self, clients: Clients, want: Wanted, found: Found) -> None:
        """Remember them."""
        self._s3, self._kms = clients("s3"), clients("kms")
        self._want, self._found, self._key = want, found, found.key

    def run(self, missing: Sequence[Item]) -> None:
        """Make each; raises Unreachable when AWS refuses one, and the next run continues there."""
        for item in missing:
            with report.progress(f"making: {item.says}"), asking(f"to make {item.name} of {self._want.bucket}"):
                _MAKES[item.name](self)

    def key(self) -> None:
        """A symmetric key with the account's own policy, which leaves access to IAM; then its alias."""
        self._key = self._found.spare
        if not self._key:
            tags = [{"TagKey": SPARE_TAG, "TagValue": self._want.alias}]
            made = self._kms.create_key(Description=f"Pulumi's state and secrets, {self._want.alias}", Tags=tags)
            self._key = made["KeyMetadata"]["KeyId"]
        self._kms.create_alias(AliasName=self._want.alias, TargetKeyId=self._key)

    def rotation(self) -> None:
        """New key material every year; old material still decrypts."""
        self._kms.enable_key_rotation(KeyId=self._key)

    def bucket(self) -> None:
        """The bucket, private from its first moment: that is what S3 makes since April 2023."""
        # us-east-1 is the one region that must not be named
        where = {} if self._want.region == "us-east-1" else {"LocationConstraint": self._want.region}
        configuration = {"CreateBucketConfiguration": where} if where else {}
        self._s3.create_bucket(Bucket=self._want.bucket, **configuration)

    def public_access(self) -> None:
        """All four blocks."""
        self._s3.put_public_access_block(
            Bucket=self._want.bucket, PublicAccessBlockConfiguration=dict.fromkeys(BLOCKED, True)
        )

    def ownership(self) -> None:
        """Access by policy alone."""
        self._s3.put_bucket_ownership_controls(
            Bucket=self._want.bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
        )

    def versioning(self) -> None:
        """An overwritten or deleted state can be got back."""
        self._s3.put_bucket_versioning(Bucket=self._want.bucket, VersioningConfiguration={"Status": "Enabled"})

    def encryption(self) -> None:
        """With our key, and a bucket key, so that KMS is asked and paid once an object less."""
        arn = self._kms.describe_key(KeyId=self._key)["KeyMetadata"]["Arn"]
        default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": arn}
        rule = {"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": True}
        self._s3.put_bucket_encryption(Bucket=self._want.bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})

    def tls(self) -> None:
        """Our statements beside what others have put into the policy."""
        self._s3.put_bucket_policy(Bucket=self._want.bucket, Policy=tls_only(self._want, self._found.policy))


_MAKES: dict[str, Any] = {
    "key": Bootstrap.key,
    "rotation": Bootstrap.rotation,
    "bucket": Bootstrap.bucket,
    "public-access": Bootstrap.public_access,
    "ownership": Bootstrap.ownership,
    "versioning": Bootstrap.versioning,
    "encryption": Bootstrap.encryption,
    "tls": Bootstrap.tls,
}
