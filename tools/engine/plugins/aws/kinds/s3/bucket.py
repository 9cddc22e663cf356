"""aws.s3.Bucket."""

from __future__ import annotations

from typing import Any, ClassVar

from tools.engine.common.values import Props
from tools.engine.plugins.aws.errors import PluginError, gone_is_fine
from tools.engine.plugins.aws.kind import Kind


class Bucket(Kind):
    """A bucket; its settings are resources of their own."""

    pulumi_type: ClassVar = "aws:s3/bucket:Bucket"
    supported: ClassVar = frozenset({"bucket", "forceDestroy", "objectLockEnabled"})
    renews: ClassVar = frozenset({"bucket", "objectLockEnabled"})
    defaults: ClassVar = {"forceDestroy": False, "objectLockEnabled": False}
    unread: ClassVar = frozenset({"forceDestroy"})
    name: ClassVar = "bucket"
    tagging: ClassVar = "s3"

    def create(self, inputs: Props, region: str) -> str:
        where = region or self.aws.region
        client = self.aws.client("s3", region)
        more: dict[str, Any] = {}
        if self._is_there(client, inputs["bucket"]):
            # S3 itself says yes in us-east-1 to whoever has it already; the provider looks first
            raise PluginError(f"creating S3 Bucket ({inputs['bucket']}): BucketAlreadyExists")
        if where != "us-east-1":
            more["CreateBucketConfiguration"] = {"LocationConstraint": where}
        if inputs.get("objectLockEnabled"):
            more["ObjectLockEnabledForBucket"] = True
        client.create_bucket(Bucket=inputs["bucket"], **more)
        if inputs["tags"]:
            marked = [{"Key": key, "Value": value} for key, value in inputs["tags"].items()]
            client.put_bucket_tagging(Bucket=inputs["bucket"], Tagging={"TagSet": marked})
        return str(inputs["bucket"])

    def read(self, identifier: str, declared: Props, region: str) -> Props | None:
        client = self.aws.client("s3", region)
        where = region or self.aws.region
        if not self._is_there(client, identifier):
            return None
        return {
            "arn": f"arn:aws:s3:::{identifier}",
            "bucket": identifier,
            "bucketDomainName": f"{identifier}.s3.amazonaws.com",
            "bucketRegion": where,
            "bucketRegionalDomainName": f"{identifier}.s3.{where}.amazonaws.com",
            "objectLockEnabled": self._locked(client, identifier),
        }

    def _is_there(self, client: Any, name: str) -> bool:
        try:
            client.head_bucket(Bucket=name)
        except client.exceptions.ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
                raise
            return False
        return True

    def _locked(self, client: Any, identifier: str) -> bool:
        try:
            answer = client.get_object_lock_configuration(Bucket=identifier)
        except client.exceptions.ClientError as error:
            if error.response["Error"]["Code"] != "ObjectLockConfigurationNotFoundError":
                raise
            return False
        return str(answer["ObjectLockConfiguration"].get("ObjectLockEnabled")) == "Enabled"

    def update(self, identifier: str, new: Props, old: Props, changed: frozenset[str], region: str) -> None:
        """Only tags change in place."""

    def delete(self, identifier: str, outputs: Props, region: str) -> None:
        client = self.aws.client("s3", region)
        with gone_is_fine("NoSuchBucket"):
            if outputs.get("forceDestroy"):
                for page in client.get_paginator("list_object_versions").paginate(Bucket=identifier):
                    for each in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]:
                        client.delete_object(Bucket=identifier, Key=each["Key"], VersionId=each["VersionId"])
            client.delete_bucket(Bucket=identifier)
