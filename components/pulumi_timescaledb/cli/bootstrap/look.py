"""What there is of bucket and key, read with boto3; nothing is changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...errors import Refusal
from ..aws.clients import Clients, asking, code_of
from .wanted import BLOCKED, Found, Wanted

SPARE_TAG = "timescaledb-bootstrap"
"""Of a key that is made here; its value is the alias that it gets next, by which an interrupted run is continued."""
_MISSING = frozenset(
    {
        "NoSuchBucketPolicy",
        "NoSuchPublicAccessBlockConfiguration",
        "OwnershipControlsNotFoundError",
        "ServerSideEncryptionConfigurationNotFoundError",
    }
)


def who(clients: Clients) -> tuple[str, str]:
    """Partition and account of the credentials; raises Unreachable where there are none."""
    with asking("who you are"):
        said = clients("sts").get_caller_identity()
    return str(said["Arn"]).split(":")[1], str(said["Account"])


def look(clients: Clients, want: Wanted) -> Found:
    """Bucket and key; raises Refusal for a bucket that belongs to somebody else."""
    with asking("for bucket and key"):
        key, spare, rotates = _key(clients("kms"), want.alias)
        if not _is_there(clients("s3"), want):
            return Found(key=key, spare=spare, rotates=rotates)
        s3, name = clients("s3"), {"Bucket": want.bucket}
        blocked = _asked(lambda: s3.get_public_access_block(**name)["PublicAccessBlockConfiguration"], {})
        owner = _asked(lambda: s3.get_bucket_ownership_controls(**name)["OwnershipControls"]["Rules"], [{}])
        rules = _asked(lambda: s3.get_bucket_encryption(**name)["ServerSideEncryptionConfiguration"]["Rules"], [{}])
        encryption = rules[0].get("ApplyServerSideEncryptionByDefault", {}).get("KMSMasterKeyID", "")
        return Found(
            bucket=True,
            key=key,
            spare=spare,
            rotates=rotates,
            versioned=s3.get_bucket_versioning(**name).get("Status") == "Enabled",
            blocked=all(blocked.get(each) for each in BLOCKED),
            owner=owner[0].get("ObjectOwnership", ""),
            encryption=encryption.rpartition("/")[2] or encryption,
            policy=_asked(lambda: s3.get_bucket_policy(**name)["Policy"], ""),
        )


def _asked(question: Callable[[], Any], otherwise: Any) -> Any:
    from botocore.exceptions import ClientError

    try:
        return question()
    except ClientError as error:
        if code_of(error) in _MISSING:
            return otherwise
        raise


def _is_there(s3: Any, want: Wanted) -> bool:
    from botocore.exceptions import ClientError

    try:
        s3.head_bucket(Bucket=want.bucket, ExpectedBucketOwner=want.account)
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        if status == 404:
            return False
        if status in (301, 400, 403):
            raise Refusal(
                f"the bucket {want.bucket} is another account's, of another region, or closed to you; choose another "
                f"name with --bucket"
            ) from None
        raise
    place = s3.get_bucket_location(Bucket=want.bucket).get("LocationConstraint") or "us-east-1"
    if place != want.region:
        raise Refusal(f"the bucket {want.bucket} is in {place}, not in {want.region}; choose another with --bucket")
    return True


def _key(kms: Any, alias: str) -> tuple[str, str, bool]:
    """Id of the alias's key, id of one that waits for the alias, and whether the key is rotated."""
    for page in kms.get_paginator("list_aliases").paginate():
        for each in page["Aliases"]:
            if each["AliasName"] == alias and each.get("TargetKeyId"):
                key = str(each["TargetKeyId"])
                state = kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"]
                if state != "Enabled":
                    raise Refusal(f"the key {alias} is {state}; enable it, or choose another with --alias")
                return key, "", bool(kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"])
    return "", _spare(kms, alias), False


def _spare(kms: Any, alias: str) -> str:
    from botocore.exceptions import ClientError

    for page in kms.get_paginator("list_keys").paginate():
        for each in page["Keys"]:
            try:
                tags = {tag["TagKey"]: tag["TagValue"] for tag in kms.list_resource_tags(KeyId=each["KeyId"])["Tags"]}
            except ClientError as error:
                if code_of(error) == "AccessDeniedException":
                    continue  # a key whose own policy lets nobody look is none of ours
                raise
            state = tags.get(SPARE_TAG) == alias and kms.describe_key(KeyId=each["KeyId"])["KeyMetadata"]["KeyState"]
            if state == "Enabled":
                return str(each["KeyId"])
    return ""
