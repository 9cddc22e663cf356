"""aws.secretsmanager.Secret: the secret itself; its value is a matter of who may read it."""

from __future__ import annotations

from typing import ClassVar

from tools.engine.common.values import Props
from tools.engine.plugins.aws.errors import gone_is_fine
from tools.engine.plugins.aws.fields import from_wire, only, same, to_wire
from tools.engine.plugins.aws.kind import Kind

GONE = "ResourceNotFoundException"


class Secret(Kind):
    """A secret without its value; the id is its ARN."""

    pulumi_type: ClassVar = "aws:secretsmanager/secret:Secret"
    supported: ClassVar = frozenset(
        {"description", "forceOverwriteReplicaSecret", "kmsKeyId", "name", "policy", "recoveryWindowInDays"}
    )
    renews: ClassVar = frozenset({"name"})
    defaults: ClassVar = {
        "description": "",
        "forceOverwriteReplicaSecret": False,
        "kmsKeyId": "",
        "policy": "",
        "recoveryWindowInDays": 30,
    }
    unread: ClassVar = frozenset({"forceOverwriteReplicaSecret", "recoveryWindowInDays"})
    documents: ClassVar = frozenset({"policy"})
    name: ClassVar = "name"
    tagging: ClassVar = "secretsmanager"

    def create(self, inputs: Props, region: str) -> str:
        client = self.aws.client("secretsmanager", region)
        names = same("description", "kmsKeyId", "name")
        marked = [{"Key": key, "Value": value} for key, value in inputs["tags"].items()]
        made = client.create_secret(**to_wire(names, only(inputs, names)), Tags=marked)
        if inputs.get("policy"):
            client.put_resource_policy(SecretId=made["ARN"], ResourcePolicy=inputs["policy"])
        return str(made["ARN"])

    def read(self, identifier: str, declared: Props, region: str) -> Props | None:
        client = self.aws.client("secretsmanager", region)
        try:
            live = client.describe_secret(SecretId=identifier)
        except client.exceptions.ResourceNotFoundException:
            return None
        if live.get("DeletedDate"):
            return None
        policy = client.get_resource_policy(SecretId=identifier).get("ResourcePolicy")
        return {**from_wire(same("description", "kmsKeyId", "name"), live), "arn": identifier, "policy": policy}

    def update(self, identifier: str, new: Props, old: Props, changed: frozenset[str], region: str) -> None:
        client = self.aws.client("secretsmanager", region)
        if changed & {"description", "kmsKeyId"}:
            key = {"KmsKeyId": new["kmsKeyId"]} if new.get("kmsKeyId") else {}
            client.update_secret(SecretId=identifier, Description=self.meant(new, "description"), **key)
        if "policy" in changed:
            if new.get("policy"):
                client.put_resource_policy(SecretId=identifier, ResourcePolicy=new["policy"])
            else:
                client.delete_resource_policy(SecretId=identifier)

    def delete(self, identifier: str, outputs: Props, region: str) -> None:
        days = outputs.get("recoveryWindowInDays") or 0  # as the provider takes one that was imported
        how = {"ForceDeleteWithoutRecovery": True} if days == 0 else {"RecoveryWindowInDays": days}
        with gone_is_fine(GONE):
            self.aws.client("secretsmanager", region).delete_secret(SecretId=identifier, **how)


KINDS: tuple[type[Kind], ...] = (Secret,)
