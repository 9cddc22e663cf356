"""Tags: every service has its own calls for the same thing."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from tools.engine.plugins.aws.session import Aws


@dataclass(frozen=True)
class Style:
    """The calls of one service.

    Attributes:
        client: boto3's name of the service.
        ref: the parameter that names the object.
        reading: the call that lists tags, and where its answer has them.
        keys: the parameter with the keys to take away.
        pair: names of key and value inside a list; empty where tags are a map.
        tags: the parameter with the tags to set.
        calls: names of the calls that set and take away.
    """

    client: str
    ref: str
    reading: tuple[str, str]
    keys: str = "TagKeys"
    pair: tuple[str, str] | tuple[()] = ("Key", "Value")
    tags: str = "Tags"
    calls: tuple[str, str] = ("tag_resource", "untag_resource")


_LISTED = ("list_tags_for_resource", "Tags")
STYLES: Mapping[str, Style] = {
    "role": Style("iam", "RoleName", ("list_role_tags", "Tags"), calls=("tag_role", "untag_role")),
    "profile": Style(
        "iam",
        "InstanceProfileName",
        ("list_instance_profile_tags", "Tags"),
        calls=("tag_instance_profile", "untag_instance_profile"),
    ),
    "ssm": Style(
        "ssm",
        "ResourceId",
        ("list_tags_for_resource", "TagList"),
        calls=("add_tags_to_resource", "remove_tags_from_resource"),
    ),
    "secretsmanager": Style("secretsmanager", "SecretId", ("describe_secret", "Tags")),
    "cloudwatch": Style("cloudwatch", "ResourceARN", _LISTED),
    "events": Style("events", "ResourceARN", _LISTED),
    "logs": Style("logs", "resourceArn", ("list_tags_for_resource", "tags"), keys="tagKeys", pair=(), tags="tags"),
    "sns": Style("sns", "ResourceArn", _LISTED),
    "sfn": Style(
        "stepfunctions",
        "resourceArn",
        ("list_tags_for_resource", "tags"),
        keys="tagKeys",
        pair=("key", "value"),
        tags="tags",
    ),
    "backup": Style("backup", "ResourceArn", ("list_tags", "Tags"), keys="TagKeyList", pair=()),
    "kms": Style("kms", "KeyId", ("list_resource_tags", "Tags"), pair=("TagKey", "TagValue")),
}


def read(aws: Aws, style: str, reference: str, region: str = "", **more: str) -> dict[str, str]:
    """The live tags of an object, without those that AWS itself sets."""
    if style == "ec2":
        answer = aws.client("ec2", region).describe_tags(Filters=[{"Name": "resource-id", "Values": [reference]}])
        return plain(answer["Tags"])
    if style == "s3":
        return _bucket(aws, reference, region)
    table = STYLES[style]
    call, path = table.reading
    found = getattr(aws.client(table.client, region), call)(**{table.ref: reference}, **more).get(path) or []
    return plain(found, table.pair)


def write(
    aws: Aws, style: str, reference: str, old: Mapping[str, str], new: Mapping[str, str], region: str = "", **more: str
) -> None:
    """Make the live tags those of `new`; `old` are the ones to take away where they are not wanted any more."""
    gone = sorted(set(old) - set(new))
    if style == "ec2":
        client = aws.client("ec2", region)
        if gone:
            client.delete_tags(Resources=[reference], Tags=[{"Key": key} for key in gone])
        if new:
            client.create_tags(Resources=[reference], Tags=pairs(new))
        return
    if style == "s3":
        client = aws.client("s3", region)
        if new:
            client.put_bucket_tagging(Bucket=reference, Tagging={"TagSet": pairs(new)})
        elif gone:
            client.delete_bucket_tagging(Bucket=reference)
        return
    table = STYLES[style]
    client = aws.client(table.client, region)
    if gone:
        getattr(client, table.calls[1])(**{table.ref: reference, table.keys: gone}, **more)
    if new:
        given = pairs(new, table.pair) if table.pair else dict(new)
        getattr(client, table.calls[0])(**{table.ref: reference, table.tags: given}, **more)


def ignored(of: str, paths: Collection[str]) -> frozenset[str]:
    """The keys that `ignore_changes` names one by one below `tags` or `tagsAll`: `tags["a-b"]` or `tags.a`."""
    found = (re.fullmatch(rf'{of}(?:\["([^"]+)"\]|\.(\w+))', path) for path in paths)
    return frozenset(each[1] or each[2] for each in found if each)


def without(tags: Mapping[str, str] | None, keys: Collection[str]) -> dict[str, str]:
    """The tags but those."""
    return {key: value for key, value in (tags or {}).items() if key not in keys}


def pairs(tags: Mapping[str, str], names: tuple[str, ...] = ("Key", "Value")) -> list[dict[str, str]]:
    """A map as the list that most calls take."""
    return [{names[0]: key, names[1]: value} for key, value in sorted(tags.items())]


def plain(tags: Any, names: tuple[str, ...] = ("Key", "Value")) -> dict[str, str]:
    """A list of pairs, or a map, as a map without the tags that AWS sets."""
    found = dict(tags) if isinstance(tags, Mapping) else {item[names[0]]: item.get(names[1], "") for item in tags}
    return {key: value for key, value in sorted(found.items()) if not key.startswith("aws:")}


def _bucket(aws: Aws, name: str, region: str) -> dict[str, str]:
    client = aws.client("s3", region)
    try:
        return plain(client.get_bucket_tagging(Bucket=name)["TagSet"])
    except client.exceptions.ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchTagSet":
            raise
        return {}
