"""aws.cloudwatch.LogGroup."""

from __future__ import annotations

from typing import ClassVar

from tools.engine.common.values import Props
from tools.engine.plugins.aws.errors import gone_is_fine
from tools.engine.plugins.aws.kind import Kind


class LogGroup(Kind):
    """A log group with its retention in days; 0 keeps for ever."""

    pulumi_type: ClassVar = "aws:cloudwatch/logGroup:LogGroup"
    supported: ClassVar = frozenset({"kmsKeyId", "logGroupClass", "name", "retentionInDays", "skipDestroy"})
    renews: ClassVar = frozenset({"logGroupClass", "name"})
    defaults: ClassVar = {"kmsKeyId": "", "retentionInDays": 0}
    unread: ClassVar = frozenset({"logGroupClass", "skipDestroy"})
    name: ClassVar = "name"
    tagging: ClassVar = "logs"

    def create(self, inputs: Props, region: str) -> str:
        client = self.aws.client("logs", region)
        more = {"tags": inputs["tags"]} if inputs["tags"] else {}
        if inputs.get("kmsKeyId"):
            more["kmsKeyId"] = inputs["kmsKeyId"]
        client.create_log_group(logGroupName=inputs["name"], **more)
        self._keep(inputs, region)
        return str(inputs["name"])

    def _keep(self, inputs: Props, region: str) -> None:
        client, days = self.aws.client("logs", region), self.meant(inputs, "retentionInDays")
        if days:
            client.put_retention_policy(logGroupName=inputs["name"], retentionInDays=days)
        else:
            client.delete_retention_policy(logGroupName=inputs["name"])

    def read(self, identifier: str, declared: Props, region: str) -> Props | None:
        groups = self.aws.client("logs", region).describe_log_groups(logGroupNamePrefix=identifier)["logGroups"]
        live = next((each for each in groups if each["logGroupName"] == identifier), None)
        if live is None:
            return None
        return {
            "arn": live["arn"].removesuffix(":*"),
            "kmsKeyId": live.get("kmsKeyId"),
            "name": identifier,
            "retentionInDays": live.get("retentionInDays", 0),
        }

    def tagged(self, identifier: str, outputs: Props) -> tuple[str, dict[str, str]]:
        return str(outputs["arn"]), {}

    def update(self, identifier: str, new: Props, old: Props, changed: frozenset[str], region: str) -> None:
        client = self.aws.client("logs", region)
        if "retentionInDays" in changed:
            self._keep(new, region)
        if "kmsKeyId" in changed:
            if new.get("kmsKeyId"):
                client.associate_kms_key(logGroupName=identifier, kmsKeyId=new["kmsKeyId"])
            else:
                client.disassociate_kms_key(logGroupName=identifier)

    def delete(self, identifier: str, outputs: Props, region: str) -> None:
        if not outputs.get("skipDestroy"):
            with gone_is_fine("ResourceNotFoundException"):
                self.aws.client("logs", region).delete_log_group(logGroupName=identifier)


KINDS: tuple[type[Kind], ...] = (LogGroup,)
