"""aws.kms.Key and Alias."""

from __future__ import annotations

from typing import ClassVar

from tools.engine.common.values import Props
from tools.engine.plugins.aws.errors import gone_is_fine
from tools.engine.plugins.aws.fields import only, to_wire
from tools.engine.plugins.aws.kind import Kind


class Key(Kind):
    """A key; deleting one schedules its end, and it counts as gone from then on."""

    pulumi_type: ClassVar = "aws:kms/key:Key"
    supported: ClassVar = frozenset(
        {"customerMasterKeySpec", "deletionWindowInDays", "description", "enableKeyRotation", "isEnabled", "keyUsage"}
        | {"multiRegion", "policy"}
    )
    renews: ClassVar = frozenset({"customerMasterKeySpec", "keyUsage", "multiRegion"})
    defaults: ClassVar = {"enableKeyRotation": False, "isEnabled": True}
    unread: ClassVar = frozenset({"deletionWindowInDays"})
    documents: ClassVar = frozenset({"policy"})
    tagging: ClassVar = "kms"

    def create(self, inputs: Props, region: str) -> str:
        client = self.aws.client("kms", region)
        names = {
            "customerMasterKeySpec": "KeySpec",
            "description": "Description",
            "keyUsage": "KeyUsage",
            "multiRegion": "MultiRegion",
            "policy": "Policy",
        }
        marked = [{"TagKey": key, "TagValue": value} for key, value in inputs["tags"].items()]
        made = client.create_key(**to_wire(names, only(inputs, names)), Tags=marked)
        identifier = str(made["KeyMetadata"]["KeyId"])
        if inputs.get("enableKeyRotation"):
            client.enable_key_rotation(KeyId=identifier)
        if inputs.get("isEnabled") is False:
            client.disable_key(KeyId=identifier)
        return identifier

    def read(self, identifier: str, declared: Props, region: str) -> Props | None:
        client = self.aws.client("kms", region)
        try:
            live = client.describe_key(KeyId=identifier)["KeyMetadata"]
        except client.exceptions.NotFoundException:
            return None
        if live.get("KeyState") == "PendingDeletion":
            return None
        return {
            "arn": live["Arn"],
            "customerMasterKeySpec": live.get("KeySpec"),
            "description": live.get("Description"),
            "enableKeyRotation": client.get_key_rotation_status(KeyId=identifier)["KeyRotationEnabled"],
            "isEnabled": live.get("Enabled"),
            "keyId": identifier,
            "keyUsage": live.get("KeyUsage"),
            "multiRegion": live.get("MultiRegion"),
            "policy": client.get_key_policy(KeyId=identifier, PolicyName="default")["Policy"],
        }

    def update(self, identifier: str, new: Props, old: Props, changed: frozenset[str], region: str) -> None:
        client = self.aws.client("kms", region)
        if "description" in changed and new.get("description") is not None:
            client.update_key_description(KeyId=identifier, Description=new["description"])
        if "policy" in changed and new.get("policy"):
            client.put_key_policy(KeyId=identifier, PolicyName="default", Policy=new["policy"])
        if "isEnabled" in changed:
            (client.enable_key if self.meant(new, "isEnabled") else client.disable_key)(KeyId=identifier)
        if "enableKeyRotation" in changed:
            wanted = self.meant(new, "enableKeyRotation")
            (client.enable_key_rotation if wanted else client.disable_key_rotation)(KeyId=identifier)

    def delete(self, identifier: str, outputs: Props, region: str) -> None:
        days = outputs.get("deletionWindowInDays") or 30
        with gone_is_fine("NotFoundException", "KMSInvalidStateException"):
            self.aws.client("kms", region).schedule_key_deletion(KeyId=identifier, PendingWindowInDays=days)


class Alias(Kind):
    """A second name of a key; the id is the name."""

    pulumi_type: ClassVar = "aws:kms/alias:Alias"
    supported: ClassVar = frozenset({"name", "targetKeyId"})
    renews: ClassVar = frozenset({"name"})
    name: ClassVar = "name"

    def refusals(self, inputs: Props) -> list[str]:
        name = str(inputs.get("name", ""))
        return [] if name.startswith("alias/") else [f"Alias: name must begin with alias/, {name!r} does not"]

    def create(self, inputs: Props, region: str) -> str:
        self.aws.client("kms", region).create_alias(AliasName=inputs["name"], TargetKeyId=inputs["targetKeyId"])
        return str(inputs["name"])

    def read(self, identifier: str, declared: Props, region: str) -> Props | None:
        pages = self.aws.client("kms", region).get_paginator("list_aliases").paginate()
        live = next((each for page in pages for each in page["Aliases"] if each["AliasName"] == identifier), None)
        if live is None:
            return None
        key = live.get("TargetKeyId", "")
        target = self.aws.arn("kms", f"key/{key}", region)
        mine = str(declared.get("targetKeyId", ""))
        return {
            "arn": live["AliasArn"],
            "name": identifier,
            "targetKeyArn": target,
            "targetKeyId": target if mine.startswith("arn:") else key,
        }

    def update(self, identifier: str, new: Props, old: Props, changed: frozenset[str], region: str) -> None:
        self.aws.client("kms", region).update_alias(AliasName=identifier, TargetKeyId=new["targetKeyId"])

    def delete(self, identifier: str, outputs: Props, region: str) -> None:
        with gone_is_fine("NotFoundException"):
            self.aws.client("kms", region).delete_alias(AliasName=identifier)


KINDS: tuple[type[Kind], ...] = (Key, Alias)
