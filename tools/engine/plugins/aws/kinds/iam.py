"""aws.iam.Role, RolePolicy, RolePolicyAttachment and InstanceProfile."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from tools.engine.common.values import Props
from tools.engine.plugins.aws import tags
from tools.engine.plugins.aws.errors import gone_is_fine
from tools.engine.plugins.aws.fields import only, to_wire
from tools.engine.plugins.aws.kind import Kind

GONE = "NoSuchEntity"


class Role(Kind):
    """A role; policies inside it and managed ones by ARN."""

    pulumi_type: ClassVar = "aws:iam/role:Role"
    supported: ClassVar = frozenset(
        {"assumeRolePolicy", "description", "forceDetachPolicies", "managedPolicyArns", "maxSessionDuration", "name"}
        | {"path", "permissionsBoundary"}
    )
    renews: ClassVar = frozenset({"name", "path"})
    defaults: ClassVar = {"description": "", "maxSessionDuration": 3600, "path": "/", "permissionsBoundary": ""}
    unread: ClassVar = frozenset({"forceDetachPolicies"})
    documents: ClassVar = frozenset({"assumeRolePolicy"})
    name: ClassVar = "name"
    tagging: ClassVar = "role"

    def create(self, inputs: Props, region: str) -> str:
        client = self.aws.client("iam")
        names = {
            "assumeRolePolicy": "AssumeRolePolicyDocument",
            "description": "Description",
            "maxSessionDuration": "MaxSessionDuration",
            "name": "RoleName",
            "path": "Path",
            "permissionsBoundary": "PermissionsBoundary",
        }
        marked = [{"Key": key, "Value": value} for key, value in inputs["tags"].items()]
        client.create_role(**to_wire(names, only(inputs, names)), Tags=marked)
        for arn in inputs.get("managedPolicyArns") or []:
            client.attach_role_policy(RoleName=inputs["name"], PolicyArn=arn)
        return str(inputs["name"])

    def read(self, identifier: str, declared: Props, region: str) -> Props | None:
        client = self.aws.client("iam")
        try:
            live = client.get_role(RoleName=identifier)["Role"]
        except client.exceptions.NoSuchEntityException:
            return None
        held = client.list_attached_role_policies(RoleName=identifier)["AttachedPolicies"]
        return {
            "arn": live["Arn"],
            "assumeRolePolicy": json.dumps(live["AssumeRolePolicyDocument"]),
            "createDate": live["CreateDate"].isoformat(),
            "description": live.get("Description"),
            "managedPolicyArns": [each["PolicyArn"] for each in held],
            "maxSessionDuration": live.get("MaxSessionDuration"),
            "name": live["RoleName"],
            "path": live["Path"],
            "permissionsBoundary": (live.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn"),
            "uniqueId": live["RoleId"],
        }

    def update(self, identifier: str, new: Props, old: Props, changed: frozenset[str], region: str) -> None:
        client = self.aws.client("iam")
        if "assumeRolePolicy" in changed:
            client.update_assume_role_policy(RoleName=identifier, PolicyDocument=new["assumeRolePolicy"])
        if changed & {"description", "maxSessionDuration"}:
            client.update_role(
                RoleName=identifier,
                Description=self.meant(new, "description"),
                MaxSessionDuration=self.meant(new, "maxSessionDuration"),
            )
        if "permissionsBoundary" in changed:
            boundary = new.get("permissionsBoundary")
            if boundary:
                client.put_role_permissions_boundary(RoleName=identifier, PermissionsBoundary=boundary)
            else:
                client.delete_role_permissions_boundary(RoleName=identifier)
        before, after = set(old.get("managedPolicyArns") or []), set(new.get("managedPolicyArns") or [])
        if "managedPolicyArns" in changed:
            for arn in sorted(before - after):
                client.detach_role_policy(RoleName=identifier, PolicyArn=arn)
            for arn in sorted(after - before):
                client.attach_role_policy(RoleName=identifier, PolicyArn=arn)

    def delete(self, identifier: str, outputs: Props, region: str) -> None:
        client = self.aws.client("iam")
        with gone_is_fine(GONE):
            for each in client.list_attached_role_policies(RoleName=identifier)["AttachedPolicies"]:
                client.detach_role_policy(RoleName=identifier, PolicyArn=each["PolicyArn"])
            client.delete_role(RoleName=identifier)


class RolePolicy(Kind):
    """A policy inside a role; its id is `role:policy`."""

    pulumi_type: ClassVar = "aws:iam/rolePolicy:RolePolicy"
    supported: ClassVar = frozenset({"name", "policy", "role"})
    renews: ClassVar = frozenset({"name", "role"})
    documents: ClassVar = frozenset({"policy"})
    name: ClassVar = "name"

    def create(self, inputs: Props, region: str) -> str:
        self._put(inputs["role"], inputs["name"], inputs)
        return f"{inputs['role']}:{inputs['name']}"

    def _put(self, role: str, name: str, inputs: Props) -> None:
        self.aws.client("iam").put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=inputs["policy"])

    def read(self, identifier: str, declared: Props, region: str) -> Props | None:
        client = self.aws.client("iam")
        role, _, name = identifier.partition(":")
        try:
            live = client.get_role_policy(RoleName=role, PolicyName=name)
        except client.exceptions.NoSuchEntityException:
            return None
        return {"name": name, "role": role, "policy": json.dumps(live["PolicyDocument"])}

    def update(self, identifier: str, new: Props, old: Props, changed: frozenset[str], region: str) -> None:
        role, _, name = identifier.partition(":")
        self._put(role, name, new)

    def delete(self, identifier: str, outputs: Props, region: str) -> None:
        role, _, name = identifier.partition(":")
        with gone_is_fine(GONE):
            self.aws.client("iam").delete_role_policy(RoleName=role, PolicyName=name)


class RolePolicyAttachment(Kind):
    """A managed policy that a role has; its id is `role/policy's ARN`."""

    pulumi_type: ClassVar = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
    supported: ClassVar = frozenset({"policyArn", "role"})
    renews: ClassVar = frozenset({"policyArn", "role"})

    def create(self, inputs: Props, region: str) -> str:
        self.aws.client("iam").attach_role_policy(RoleName=inputs["role"], PolicyArn=inputs["policyArn"])
        return f"{inputs['role']}/{inputs['policyArn']}"

    def read(self, identifier: str, declared: Props, region: str) -> Props | None:
        client = self.aws.client("iam")
        role, _, policy = identifier.partition("/")
        try:
            held = client.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
        except client.exceptions.NoSuchEntityException:
            return None
        return {"role": role, "policyArn": policy} if policy in [each["PolicyArn"] for each in held] else None

    def update(self, identifier: str, new: Props, old: Props, changed: frozenset[str], region: str) -> None:
        """Every property renews it."""

    def delete(self, identifier: str, outputs: Props, region: str) -> None:
        role, _, policy = identifier.partition("/")
        with gone_is_fine(GONE):
            self.aws.client("iam").detach_role_policy(RoleName=role, PolicyArn=policy)


class InstanceProfile(Kind):
    """A profile with at most one role."""

    pulumi_type: ClassVar = "aws:iam/instanceProfile:InstanceProfile"
    supported: ClassVar = frozenset({"name", "path", "role"})
    renews: ClassVar = frozenset({"name", "path"})
    defaults: ClassVar = {"path": "/", "role": ""}
    name: ClassVar = "name"
    tagging: ClassVar = "profile"

    def create(self, inputs: Props, region: str) -> str:
        marked = [{"Key": key, "Value": value} for key, value in inputs["tags"].items()]
        self.aws.client("iam").create_instance_profile(
            InstanceProfileName=inputs["name"], Path=self.meant(inputs, "path"), Tags=marked
        )
        self._role(inputs["name"], None, inputs.get("role"))
        return str(inputs["name"])

    def _role(self, profile: str, old: Any, new: Any) -> None:
        client = self.aws.client("iam")
        if old:
            client.remove_role_from_instance_profile(InstanceProfileName=profile, RoleName=old)
        if new:
            client.add_role_to_instance_profile(InstanceProfileName=profile, RoleName=new)

    def read(self, identifier: str, declared: Props, region: str) -> Props | None:
        client = self.aws.client("iam")
        try:
            live = client.get_instance_profile(InstanceProfileName=identifier)["InstanceProfile"]
        except client.exceptions.NoSuchEntityException:
            return None
        return {
            "arn": live["Arn"],
            "createDate": live["CreateDate"].isoformat(),
            "name": identifier,
            "path": live["Path"],
            "role": next((each["RoleName"] for each in live["Roles"]), None),
            "tags": tags.plain(live.get("Tags") or []),
            "uniqueId": live["InstanceProfileId"],
        }

    def update(self, identifier: str, new: Props, old: Props, changed: frozenset[str], region: str) -> None:
        if "role" in changed:
            self._role(identifier, old.get("role"), new.get("role"))

    def delete(self, identifier: str, outputs: Props, region: str) -> None:
        client = self.aws.client("iam")
        with gone_is_fine(GONE):
            for each in client.get_instance_profile(InstanceProfileName=identifier)["InstanceProfile"]["Roles"]:
                client.remove_role_from_instance_profile(InstanceProfileName=identifier, RoleName=each["RoleName"])
            client.delete_instance_profile(InstanceProfileName=identifier)


KINDS: tuple[type[Kind], ...] = (Role, RolePolicy, RolePolicyAttachment, InstanceProfile)
