"""An account for tests without an engine: what the look-ups of a host on EC2 are answered, and what EC2 adds.

Every answer depends on what was asked, so that a look-up with the wrong filter finds nothing.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import grpc
from pulumi_timescaledb.hosts.arguments import STACK_TAG
from pulumi_timescaledb.hosts.ec2.boot import BootSettings
from pulumi_timescaledb.hosts.ec2.checks import IDENTITY_TAG
from pulumi_timescaledb.hosts.ec2.disk import STANDING
from pulumi_timescaledb.hosts.ec2.look_up import GROUP_TAG

VPC, OTHER_VPC = "vpc-0000000000000000a", "vpc-0000000000000000b"
PUBLIC, PRIVATE, CLOSED = "subnet-0000000000000000a", "subnet-0000000000000000b", "subnet-0000000000000000c"
BACKEND = "sg-0000000000000000a"
AMI_ARM, AMI_X86 = "ami-0000000000000000a", "ami-0000000000000000b"
IMAGES = {AMI_ARM: "arm64", AMI_X86: "x86_64"}
SNAPSHOT = "snap-0123456789abcdef0"
INSTANCE = "i-0000000000000000a"
FREE_GB = 20
REGION, ACCOUNT = "eu-central-1", "123456789012"

INTERNET = {"cidrBlock": "0.0.0.0/0", "gatewayId": "igw-0000000000000000a"}
NAT = {"cidrBlock": "0.0.0.0/0", "natGatewayId": "nat-0000000000000000a"}
LOCAL = {"cidrBlock": "10.0.0.0/16", "gatewayId": "local"}
# volumes that a program may take over
PLAIN, KEYED, ELSEWHERE = "vol-0123456789abcdef0", "vol-0123456789abcdef1", "vol-0123456789abcdef2"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/01234567-89ab-cdef-0123-456789abcdef"
READ = {
    PLAIN: {"availabilityZone": f"{REGION}b", "kmsKeyId": ""},
    KEYED: {"availabilityZone": f"{REGION}b", "kmsKeyId": KEY},
    ELSEWHERE: {"availabilityZone": f"{REGION}c", "kmsKeyId": ""},
}


@dataclass
class Account:
    """What there is.

    Attributes:
        routes: of each subnet with a table of its own; the others share the main table.
        main: routes of the main table.
        volumes: sizes in GB of the volumes with the database's tag, which are attached.
        free: ids of those that are attached to nothing, each of FREE_GB.
        zone: of all volumes.
        secrets: names of those in Secrets Manager.
        stack: whose secrets and volumes they are; where it is empty they have no such tag.
        began_as: the snapshot that every volume was made of.
        running: instances as id and private address.
        grouped: those of them that a group has started; by default all of a database called -dev, which is spot here.
        architecture: of the instances, as EC2 calls it.
        stopped: whether they are stopped.
        snapshots: sizes in GB by id.
        ipv6: IPv6 block of every subnet.
        opened: names of the rules that let somebody into the group.
        asked: tokens of the look-ups that were made.
    """

    routes: Mapping[str, Sequence[dict[str, str]]] = field(
        default_factory=lambda: {PUBLIC: [LOCAL, INTERNET], PRIVATE: [LOCAL, NAT]}
    )
    main: Sequence[dict[str, str]] = (LOCAL,)
    volumes: Sequence[int] = ()
    free: Sequence[str] = ()
    zone: str = f"{REGION}a"
    secrets: Sequence[str] = ()
    stack: str = ""
    began_as: str = ""
    running: Sequence[tuple[str, str]] = ((INSTANCE, "10.0.1.10"),)
    grouped: Sequence[str] | None = None
    architecture: str = "arm64"
    stopped: bool = False
    snapshots: Mapping[str, int] = field(default_factory=lambda: {SNAPSHOT: 20})
    ipv6: str = ""
    opened: Sequence[str] = ()
    asked: list[str] = field(default_factory=list)

    def calls(self) -> dict[str, Any]:
        """Answers by token."""
        answers = {
            "aws:index/getPartition:getPartition": lambda given: {"partition": "aws"},
            "aws:index/getRegion:getRegion": lambda given: {"region": REGION, "name": REGION},
            "aws:index/getCallerIdentity:getCallerIdentity": lambda given: {"accountId": ACCOUNT},
            "aws:backup/getVault:getVault": no_vault,
            "aws:ec2/getVpcs:getVpcs": self._vpcs,
            "aws:ec2/getSubnets:getSubnets": self._subnets,
            "aws:ec2/getSubnet:getSubnet": self._subnet,
            "aws:ec2/getRouteTables:getRouteTables": self._tables,
            "aws:ec2/getRouteTable:getRouteTable": self._table,
            "aws:ec2/getSecurityGroups:getSecurityGroups": self._groups,
            "aws:ec2/getInstances:getInstances": self._instances,
            "aws:vpc/getSecurityGroupRules:getSecurityGroupRules": lambda given: {"ids": list(self.opened)},
            "aws:vpc/getSecurityGroupRule:getSecurityGroupRule": self._rule,
            "aws:ec2/getAmi:getAmi": self._image,
            "aws:ec2/getAmiIds:getAmiIds": self._images,
            "aws:ssm/getParameter:getParameter": self._parameter,
            "aws:s3/getBucketPolicy:getBucketPolicy": no_bucket,
            "aws:secretsmanager/getSecret:getSecret": self._secret,
            "aws:ebs/getEbsVolumes:getEbsVolumes": self._volumes,
            "aws:ebs/getVolume:getVolume": self._volume,
            "aws:ebs/getSnapshotIds:getSnapshotIds": self._snapshots,
            "aws:ebs/getSnapshot:getSnapshot": lambda given: {"volumeSize": self.snapshots[given["snapshotIds"][0]]},
        }
        return {token: self._noted(token, answer) for token, answer in answers.items()}

    def _noted(self, token: str, answer: Any) -> Any:
        def call(given: dict[str, Any]) -> Any:
            self.asked.append(token)
            return answer(given)

        return call

    def _vpcs(self, given: dict[str, Any]) -> dict[str, Any]:
        asked = _filters(given)
        fits = {("vpc-id", VPC), ("tag:Name", "main"), ("is-default", "true")} & set(asked.items())
        return {"ids": [VPC] if fits else [VPC, OTHER_VPC] if asked.get("tag:Name") == "twice" else []}

    def _subnets(self, given: dict[str, Any]) -> dict[str, Any]:
        asked = _filters(given)
        if asked["vpc-id"] != VPC:
            return {"ids": []}
        names = {"public": PUBLIC, "private": PRIVATE, "closed": CLOSED}
        one = names.get(asked.get("tag:Name", ""), asked.get("subnet-id", ""))
        if "tag:Name" not in asked and "subnet-id" not in asked:
            return {"ids": [CLOSED, PRIVATE, PUBLIC]}
        return {"ids": [one] if one in names.values() else []}

    def _subnet(self, given: dict[str, Any]) -> dict[str, Any]:
        zones = {PUBLIC: "a", PRIVATE: "b", CLOSED: "c"}
        found = {"id": given["id"], "availabilityZone": f"{REGION}{zones[given['id']]}", "defaultForAz": True}
        return {**found, "vpcId": VPC, "ipv6CidrBlock": self.ipv6}

    def _tables(self, given: dict[str, Any]) -> dict[str, Any]:
        asked = _filters(given)
        if asked.get("association.main") == "true":
            return {"ids": ["main"]}
        subnet = asked["association.subnet-id"]
        return {"ids": [subnet] if subnet in self.routes else []}

    def _table(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"routes": list(self.main if given["routeTableId"] == "main" else self.routes[given["routeTableId"]])}

    def _groups(self, given: dict[str, Any]) -> dict[str, Any]:
        asked = _filters(given)
        fits = {("group-id", BACKEND), ("tag:Name", "backend"), ("group-name", "backend-by-name")} & set(asked.items())
        return {"ids": [BACKEND] if fits and asked["vpc-id"] == VPC else []}

    def _instances(self, given: dict[str, Any]) -> dict[str, Any]:
        asked = given["instanceTags"]
        grouped = self.grouped
        if grouped is None:
            grouped = [each[0] for each in self.running] if asked.get(IDENTITY_TAG, "").endswith("-dev") else []
        found = [each for each in self.running if GROUP_TAG not in asked or each[0] in grouped]
        state = "stopped" if self.stopped else "running"
        wanted = _filters(given).get("architecture", self.architecture) if "filters" in given else self.architecture
        fits = IDENTITY_TAG in asked and state in given["instanceStateNames"] and wanted == self.architecture
        found = found if fits else []
        return {"ids": [each[0] for each in found], "privateIps": [each[1] for each in found]}

    def _rule(self, given: dict[str, Any]) -> dict[str, Any]:
        open_to = {"cidrIpv4": "0.0.0.0/0", "fromPort": 5432, "toPort": 5432, "ipProtocol": "tcp", "isEgress": False}
        return {**given, **open_to, "tags": {"Name": given["securityGroupRuleId"]}}

    def _image(self, given: dict[str, Any]) -> dict[str, Any]:
        asked = _filters(given)["image-id"]
        return {"id": asked, "architecture": IMAGES[asked]}

    def _images(self, given: dict[str, Any]) -> dict[str, Any]:
        asked = _filters(given)
        fits = "amazon" in given["owners"] and IMAGES.get(asked["image-id"]) == asked["architecture"]
        return {"ids": [asked["image-id"]] if fits else []}

    def _snapshots(self, given: dict[str, Any]) -> dict[str, Any]:
        asked = _filters(given)["snapshot-id"]
        return {"ids": [asked] if asked in self.snapshots and given["restorableByUserIds"] == ["self"] else []}

    def _parameter(self, given: dict[str, Any]) -> dict[str, Any]:
        ami = {"arm64": AMI_ARM, "x86_64": AMI_X86}[given["name"].rpartition("-")[2]]
        return {"value": "not to be used", "insecureValue": ami}

    def _secret(self, given: dict[str, Any]) -> dict[str, Any]:
        if given["name"] not in self.secrets:
            raise Said(f"reading Secrets Manager Secret ({given['name']}): couldn't find resource")
        arn = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{given['name']}-AbCdEf"
        return {"arn": arn, "tags": {"Name": given["name"], **self._marked()}}

    def _marked(self) -> dict[str, str]:
        return {STACK_TAG: self.stack} if self.stack else {}

    def _volume(self, given: dict[str, Any]) -> dict[str, Any]:
        asked = _filters(given)["volume-id"]
        size = FREE_GB if asked in self.free else self.volumes[int(asked)]
        where = {"volumeId": asked, "availabilityZone": self.zone}
        return {**where, "size": size, "kmsKeyId": KEY, "snapshotId": self.began_as, "tags": self._marked()}

    def _volumes(self, given: dict[str, Any]) -> dict[str, Any]:
        standing = {"name": "status", "values": list(STANDING)}  # one that is being deleted is listed for a while
        if list(given["tags"]) != [IDENTITY_TAG] or given["filters"] != [standing]:
            return {"ids": []}
        return {"ids": [*self.free, *(str(place) for place in range(len(self.volumes)))]}


def outputs(args: Any) -> dict[str, Any]:
    """What EC2 adds to a resource."""
    kind = args.typ.rpartition(":")[2]
    more: dict[str, Any] = {"arn": f"arn:aws:test:{REGION}:{ACCOUNT}:{args.name}"}
    if kind in ("Instance", "NetworkInterface"):
        more["privateIp"] = {"Instance": "10.0.1.10", "NetworkInterface": "10.0.1.4"}[kind]
    if kind == "LaunchTemplate":
        more["latestVersion"] = 3
    if kind == "Volume" and args.resource_id:
        more |= READ[args.resource_id]
    if "name" not in args.inputs:
        more["name"] = args.name
    return more


def boot_program(settings: BootSettings) -> str:
    """A stand-in for the packer: the settings as text."""
    return base64.b64encode(str(sorted(settings.items())).encode()).decode()


class Said(grpc.RpcError):  # type: ignore[misc]  # grpc has no types
    """An answer of the provider that is an error, as the engine hands it on."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._text = text

    def code(self) -> grpc.StatusCode:
        """As any error of a provider has it."""
        return grpc.StatusCode.UNKNOWN

    def details(self) -> str:
        """What it says."""
        return self._text


def no_vault(given: dict[str, Any]) -> dict[str, Any]:
    """What AWS says of a vault that is not there."""
    raise Said(f"reading Backup Vault ({given['name']}): AccessDeniedException: Insufficient privileges")


def no_bucket(given: dict[str, Any]) -> dict[str, Any]:
    """What the provider says of a bucket that is not there."""
    raise Said(f"reading S3 Bucket ({given['bucket']}): couldn't find resource")


def _filters(given: dict[str, Any]) -> dict[str, str]:
    return {each["name"]: each["values"][0] for each in given.get("filters") or ()}
