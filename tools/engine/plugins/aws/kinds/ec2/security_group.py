"""aws.ec2.SecurityGroup and one rule each: aws.vpc.SecurityGroupIngressRule and SecurityGroupEgressRule."""

from __future__ import annotations

from typing import Any, ClassVar

from tools.engine.common.values import Props
from tools.engine.plugins.aws import tags
from tools.engine.plugins.aws.errors import gone_is_fine
from tools.engine.plugins.aws.fields import from_wire, only, to_wire
from tools.engine.plugins.aws.kind import Kind
from tools.engine.plugins.aws.kinds.ec2.common import at_birth, one

RULE = {
    "ipProtocol": "IpProtocol",
    "fromPort": "FromPort",
    "toPort": "ToPort",
    "cidrIpv4": "CidrIpv4",
    "cidrIpv6": "CidrIpv6",
    "prefixListId": "PrefixListId",
    "description": "Description",
}


class SecurityGroup(Kind):
    """A group without rules of its own: rules are resources, so that drift in one is seen as that one's."""

    pulumi_type: ClassVar = "aws:ec2/securityGroup:SecurityGroup"
    supported: ClassVar = frozenset({"description", "name", "revokeRulesOnDelete", "vpcId"})
    renews: ClassVar = frozenset({"description", "name", "vpcId"})
    defaults: ClassVar = {"description": "Managed by Pulumi"}
    unread: ClassVar = frozenset({"revokeRulesOnDelete"})
    name: ClassVar = "name"
    tagging: ClassVar = "ec2"

    def create(self, inputs: Props, region: str) -> str:
        client = self.aws.client("ec2", region)
        vpc = {"VpcId": inputs["vpcId"]} if inputs.get("vpcId") else {}
        made = client.create_security_group(
            GroupName=inputs["name"],
            Description=self.meant(inputs, "description"),
            **vpc,
            **at_birth("security-group", inputs),
        )
        identifier = str(made["GroupId"])
        self._close(client, identifier)
        return identifier

    def _close(self, client: Any, identifier: str) -> None:
        """Take away the rule that AWS gives every new group, as the official provider does."""
        live = client.describe_security_groups(GroupIds=[identifier])["SecurityGroups"][0]
        if live.get("IpPermissionsEgress"):
            client.revoke_security_group_egress(GroupId=identifier, IpPermissions=live["IpPermissionsEgress"])

    def read(self, identifier: str, declared: Props, region: str) -> Props | None:
        client = self.aws.client("ec2", region)
        live = one(client, "describe_security_groups", "SecurityGroups", "InvalidGroup.NotFound", GroupIds=[identifier])
        if live is None:
            return None
        return {
            "name": live["GroupName"],
            "description": live.get("Description"),
            "vpcId": live.get("VpcId"),
            "ownerId": live.get("OwnerId"),
            "arn": self.aws.arn("ec2", f"security-group/{identifier}", region),
            "tags": tags.plain(live.get("Tags") or []),
        }

    def update(self, identifier: str, new: Props, old: Props, changed: frozenset[str], region: str) -> None:
        """Only tags change in place."""

    def delete(self, identifier: str, outputs: Props, region: str) -> None:
        with gone_is_fine("InvalidGroup.NotFound"):
            self.aws.client("ec2", region).delete_security_group(GroupId=identifier)


class Rule(Kind):
    """What both directions share; a rule changes in place, but stays in its group."""

    supported: ClassVar = frozenset(RULE) | {"securityGroupId", "referencedSecurityGroupId"}
    renews: ClassVar = frozenset({"securityGroupId"})
    defaults: ClassVar = dict.fromkeys(
        ("cidrIpv4", "cidrIpv6", "description", "prefixListId", "referencedSecurityGroupId", "fromPort", "toPort"), ""
    )
    tagging: ClassVar = "ec2"
    egress: ClassVar[bool]

    def refusals(self, inputs: Props) -> list[str]:
        sources = ("cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId")
        if sum(inputs.get(name) is not None for name in sources) == 1:
            return []
        return [f"{self.pulumi_type.rpartition(':')[2]}: exactly one of {', '.join(sources)} is needed"]

    def create(self, inputs: Props, region: str) -> str:
        client = self.aws.client("ec2", region)
        note = {"Description": inputs["description"]} if inputs.get("description") else {}
        permission: dict[str, Any] = to_wire(RULE, only(inputs, ("ipProtocol", "fromPort", "toPort")))
        for name, path, key in (
            ("cidrIpv4", "IpRanges", "CidrIp"),
            ("cidrIpv6", "Ipv6Ranges", "CidrIpv6"),
            ("prefixListId", "PrefixListIds", "PrefixListId"),
            ("referencedSecurityGroupId", "UserIdGroupPairs", "GroupId"),
        ):
            if inputs.get(name):
                permission[path] = [{key: inputs[name], **note}]
        call = client.authorize_security_group_egress if self.egress else client.authorize_security_group_ingress
        made = call(
            GroupId=inputs["securityGroupId"], IpPermissions=[permission], **at_birth("security-group-rule", inputs)
        )
        return str(made["SecurityGroupRules"][0]["SecurityGroupRuleId"])

    def read(self, identifier: str, declared: Props, region: str) -> Props | None:
        client = self.aws.client("ec2", region)
        live = one(
            client,
            "describe_security_group_rules",
            "SecurityGroupRules",
            "InvalidSecurityGroupRuleId.NotFound",
            SecurityGroupRuleIds=[identifier],
        )
        if live is None or live.get("IsEgress") is not self.egress:
            return None
        found = from_wire(RULE, live)
        for port in ("fromPort", "toPort"):  # AWS says -1 where there are no ports
            if found.get(port) == -1 and declared.get(port) is None:
                del found[port]
        return {
            **found,
            "securityGroupId": live.get("GroupId"),
            "referencedSecurityGroupId": (live.get("ReferencedGroupInfo") or {}).get("GroupId"),
            "securityGroupRuleId": identifier,
            "arn": self.aws.arn("ec2", f"security-group-rule/{identifier}", region),
            "tags": tags.plain(live.get("Tags") or []),
        }

    def update(self, identifier: str, new: Props, old: Props, changed: frozenset[str], region: str) -> None:
        wanted = to_wire(RULE, only(new, RULE))
        if new.get("referencedSecurityGroupId"):
            wanted["ReferencedGroupId"] = new["referencedSecurityGroupId"]
        self.aws.client("ec2", region).modify_security_group_rules(
            GroupId=new["securityGroupId"],
            SecurityGroupRules=[{"SecurityGroupRuleId": identifier, "SecurityGroupRule": wanted}],
        )

    def delete(self, identifier: str, outputs: Props, region: str) -> None:
        client = self.aws.client("ec2", region)
        call = client.revoke_security_group_egress if self.egress else client.revoke_security_group_ingress
        with gone_is_fine("InvalidSecurityGroupRuleId.NotFound", "InvalidGroup.NotFound"):
            call(GroupId=outputs["securityGroupId"], SecurityGroupRuleIds=[identifier])


class IngressRule(Rule):
    """aws.vpc.SecurityGroupIngressRule."""

    pulumi_type: ClassVar = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
    egress: ClassVar = False


class EgressRule(Rule):
    """aws.vpc.SecurityGroupEgressRule."""

    pulumi_type: ClassVar = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
    egress: ClassVar = True
