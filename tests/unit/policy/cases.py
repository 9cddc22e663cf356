"""For every rule over one resource, inputs that it refuses and inputs that it passes."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

from timescaledb_policy.resource import UNKNOWN, Resource

GROUP, INGRESS = "aws:ec2/securityGroup:SecurityGroup", "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
OLD_RULE = "aws:ec2/securityGroupRule:SecurityGroupRule"
VOLUME, INSTANCE, TEMPLATE = (
    "aws:ebs/volume:Volume", "aws:ec2/instance:Instance", "aws:ec2/launchTemplate:LaunchTemplate",
)  # fmt: skip
CONTAINER, IMAGE = "docker:index/container:Container", "docker:index/remoteImage:RemoteImage"
DOCKER_VOLUME, PARAMETER = "docker:index/volume:Volume", "aws:ssm/parameter:Parameter"
VAULT, COPY, PLAN = "aws:backup/vault:Vault", "aws:ebs/snapshotCopy:SnapshotCopy", "aws:backup/plan:Plan"
LOCK = "aws:backup/vaultLockConfiguration:VaultLockConfiguration"
ACCESS = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
ROLE_POLICY, ROLE = "aws:iam/rolePolicy:RolePolicy", "aws:iam/role:Role"
ATTACHMENT, LOGS = "aws:iam/rolePolicyAttachment:RolePolicyAttachment", "aws:cloudwatch/logGroup:LogGroup"
TO_MANY = "aws:iam/policyAttachment:PolicyAttachment"
WHOLE = "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive"
DYNAMIC = "pulumi-python:dynamic/timescaledb:"
OURS = "urn:pulumi:prod::lighthouse::timescaledb:docker:Database$docker:index/{}::it"
FLAGS = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
DIGEST = "sha256:" + "0" * 64
DATA = {"timescaledb-database": "lighthouse"}


def packed(text: str) -> str:
    """User data as the boot program has it."""
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


def it(kind: str, urn: str = "", protect: bool = False, **props: Any) -> Resource:
    """A resource of this type."""
    return Resource(kind, "it", urn, props, protect)


def policy(action: Any, resource: Any, effect: str = "Allow") -> str:
    """A policy document."""
    return statement(Effect=effect, Action=action, Resource=resource)


def statement(**words: Any) -> str:
    """A policy document with these words in its only statement."""
    return json.dumps({"Statement": {"Effect": "Allow", **words}})


def flags(value: Any) -> dict[str, Any]:
    """The four flags of a public access block."""
    return dict.fromkeys(FLAGS, value)


def ports(first: Any, last: Any, **source: Any) -> dict[str, Any]:
    """A rule of a security group."""
    return {"fromPort": first, "toPort": last, "ipProtocol": "tcp", **source}


def disk(**ebs: Any) -> list[dict[str, Any]]:
    """A template's only disk."""
    return [{"deviceName": "/dev/xvda", "ebs": ebs}]


TWO_DISKS = [*disk(), {"deviceName": "/dev/xvdb", "ebs": {"deleteOnTermination": "true"}}]
ANYWHERE: dict[str, Any] = {"cidrIpv4": "0.0.0.0/0"}
ANYWHERE_6: dict[str, Any] = {"cidrIpv6": "::/0"}
INLINE = {"cidrBlocks": ["10.0.0.0/8", "0.0.0.0/0"], "protocol": "tcp"}

CASES: dict[str, tuple[list[Resource], list[Resource]]] = {
    "no-public-database-port": (
        [
            it(INGRESS, **ports(5432, 5432, **ANYWHERE)),
            it(INGRESS, **ports(0, 65535, **ANYWHERE_6)),
            it(INGRESS, **ports(6432, 6432, cidrIpv4="8.8.0.0/16")),
            it(INGRESS, ipProtocol="-1", **ANYWHERE),
            it(GROUP, ingress=[{**INLINE, "fromPort": 5000, "toPort": 6000}]),
            it(OLD_RULE, type="ingress", protocol="tcp", fromPort=5432, toPort=5432, ipv6CidrBlocks=["::/0"]),
        ],
        [
            it(INGRESS, **ports(5432, 5432, cidrIpv4="10.0.0.0/8")),
            it(INGRESS, **ports(5432, 5432, referencedSecurityGroupId="sg-1")),
            it(INGRESS, **ports(443, 443, **ANYWHERE)),
            it(INGRESS, **ports(UNKNOWN, UNKNOWN, **ANYWHERE)),
            it(INGRESS, **ports(5432, 5432, cidrIpv4=UNKNOWN)),
            it(OLD_RULE, type="egress", protocol="tcp", fromPort=5432, toPort=5432, cidrBlocks=["0.0.0.0/0"]),
            it(GROUP, egress=[{**INLINE, "fromPort": 5432, "toPort": 5432}]),
        ],
    ),
    "no-public-administration-port": (
        [it(INGRESS, **ports(22, 22, **ANYWHERE)), it(GROUP, ingress=[{**INLINE, "fromPort": 3389, "toPort": 3389}])],
        [it(INGRESS, **ports(22, 22, cidrIpv4="192.168.0.0/24")), it(INGRESS, **ports(443, 443, **ANYWHERE))],
    ),
    "container-port-is-private": (
        [
            it(CONTAINER, ports=[{"internal": 5432}]),
            it(CONTAINER, ports=[{"internal": 5432, "ip": "0.0.0.0"}]),  # noqa: S104
            it(CONTAINER, ports=[{"internal": 5432, "ip": "::"}]),
            it(CONTAINER, ports=[{"internal": 5432, "ip": "8.8.8.8"}]),
            it(CONTAINER, ports=[{"internal": 5432, "ip": "everywhere"}]),
        ],
        [
            it(CONTAINER),
            it(CONTAINER, ports=[{"internal": 5432, "ip": "127.0.0.1"}, {"internal": 1, "ip": "10.0.0.1"}]),
            it(CONTAINER, ports=[{"internal": 5432, "ip": UNKNOWN}]),
        ],
    ),
    "no-public-address": (
        [
            it(INSTANCE, associatePublicIpAddress=True),
            it(TEMPLATE, networkInterfaces=[{"associatePublicIpAddress": "true"}]),
        ],
        [
            it(INSTANCE),
            it(INSTANCE, associatePublicIpAddress=UNKNOWN),
            it(TEMPLATE, networkInterfaces=[{"associatePublicIpAddress": "false"}]),
        ],
    ),
    "encrypted-volume": (
        [it(VOLUME), it(VOLUME, encrypted=False)],
        [it(VOLUME, encrypted=True), it(VOLUME, encrypted=UNKNOWN)],
    ),
    "encrypted-instance-disks": (
        [
            it(INSTANCE),
            it(INSTANCE, rootBlockDevice={"volumeSize": 8}),
            it(INSTANCE, rootBlockDevice={"encrypted": True}, ebsBlockDevices=[{"deviceName": "/dev/xvdb"}]),
            it(TEMPLATE),
            it(TEMPLATE, blockDeviceMappings=disk(encrypted="false")),
        ],
        [
            it(INSTANCE, rootBlockDevice={"encrypted": True}),
            it(INSTANCE, rootBlockDevice=UNKNOWN),
            it(TEMPLATE, blockDeviceMappings=disk(encrypted="true")),
            it(TEMPLATE, blockDeviceMappings=UNKNOWN),
            it(TEMPLATE, blockDeviceMappings=[UNKNOWN]),
        ],
    ),
    "encrypted-backups": ([it(COPY)], [it(COPY, encrypted=True), it(VAULT)]),
    "protected-data-volume": (
        [
            it(VOLUME, tags=DATA),
            it(VOLUME, tags={**DATA, "environment": "prod"}),
            it(DOCKER_VOLUME, OURS.format("volume:Volume")),
        ],
        [
            it(VOLUME, tags=DATA, protect=True),
            it(VOLUME, tags={**DATA, "environment": "dev"}),
            it(VOLUME, tags={"Name": "scratch"}),
            it(DOCKER_VOLUME),
            it(DOCKER_VOLUME, OURS.format("volume:Volume"), labels=[{"label": "environment", "value": "local"}]),
        ],
    ),
    "no-disposable-data-disk": (
        [it(INSTANCE, ebsBlockDevices=[{"deviceName": "/dev/xvdb"}]), it(TEMPLATE, blockDeviceMappings=TWO_DISKS)],
        [
            it(INSTANCE, ebsBlockDevices=[{"deviceName": "/dev/xvdb", "deleteOnTermination": False}]),
            it(INSTANCE, ebsBlockDevices=[{"deviceName": "/dev/xvdb", "deleteOnTermination": UNKNOWN}]),
            it(TEMPLATE, blockDeviceMappings=TWO_DISKS[:1]),
        ],
    ),
    "gp3-volume": (
        [it(VOLUME), it(VOLUME, type="gp2"), it(INSTANCE), it(TEMPLATE, blockDeviceMappings=disk(volumeType="st1"))],
        [
            it(VOLUME, type="gp3"),
            it(VOLUME, type=UNKNOWN),
            it(INSTANCE, rootBlockDevice={"volumeType": "io2"}),
            it(TEMPLATE, blockDeviceMappings=disk(volumeType="gp3")),
        ],
    ),
    "no-password-property": (
        [
            it("aws:rds/instance:Instance", masterPassword="hunter2"),
            it("aws:secretsmanager/secretVersion:SecretVersion", secretString="hunter2"),
            it("pulumi-python:dynamic/timescaledb:Role", connection={"password": "hunter2"}),
            it(CONTAINER, envs=["DATABASE_URL=postgresql://app:hunter2@db/app"]),
            it("aws:rds/cluster:Cluster", users=[{"passwords": "", "password": "hunter2"}]),
        ],
        [
            it("aws:rds/instance:Instance", masterPassword=UNKNOWN, manageMasterUserPassword=True),
            it("pulumi-python:dynamic/timescaledb:Role", password_ref="ssm:/lighthouse/app", password=""),
            it(CONTAINER, envs=["DATABASE_URL=postgresql://app@db/app?passfile=/run/pgpass"]),
            it("aws:secretsmanager/secret:Secret", name="lighthouse/password"),
            it("example:index:Thing", password="secretsmanager:lighthouse/password"),
            it("example:index:Thing", command="psql postgresql://app:$PASSWORD@db/app", url="http://db:8080/a@b"),
        ],
    ),
    "no-password-in-container-environment": (
        [it(CONTAINER, envs=["A=b", "POSTGRES_PASSWORD=hunter2"]), it(CONTAINER, envs=["PGPASSWORD=hunter2"])],
        [it(CONTAINER, envs=["POSTGRES_PASSWORD_FILE=/run/p", UNKNOWN, "POSTGRES_PASSWORD="]), it(CONTAINER)],
    ),
    "no-password-in-user-data": (
        [
            it(INSTANCE, userData="#!/bin/sh\nexport PGPASSWORD=hunter2"),
            it(INSTANCE, userDataBase64=packed("users:\n  - password: hunter2\n")),
            it(INSTANCE, userData='{"write_files": [{"content": "#!/bin/sh\\nDB_PASSWORD=hunter2\\n"}]}'),
            it(TEMPLATE, userData=packed("psql postgresql://app:hunter2@db/app")),
        ],
        [
            it(INSTANCE, userData='password="$(aws ssm get-parameter)"\nPGPASSWORD=$password'),
            it(INSTANCE, userDataBase64=packed("password_ref=ssm:/lighthouse\nPASSWORD='secretsmanager:x'\n")),
            it(INSTANCE, userDataBase64=packed("# the password: one made here\nlog password: made here and stored\n")),
            it(INSTANCE, userDataBase64=UNKNOWN),
            it(INSTANCE, userDataBase64=base64.b64encode(b"\x1f\x8bbroken").decode()),
            it(TEMPLATE),
        ],
    ),
    "secure-parameter": (
        [it(PARAMETER, name="/lighthouse/db/password", type="String")],
        [
            it(PARAMETER, name="/lighthouse/db/password", type="SecureString"),
            it(PARAMETER, name="/lighthouse/db/password", type=UNKNOWN),
            it(PARAMETER, name="/lighthouse/settings", type="String"),
            it(PARAMETER, name=UNKNOWN, type="String"),
        ],
    ),
    "imdsv2": (
        [it(INSTANCE), it(TEMPLATE, metadataOptions={"httpTokens": "optional"})],
        [
            it(INSTANCE, metadataOptions={"httpTokens": "required"}),
            it(INSTANCE, metadataOptions={"httpEndpoint": "disabled", "httpTokens": "optional"}),
            it(INSTANCE, metadataOptions=UNKNOWN),
        ],
    ),
    "metadata-hop-limit": (
        [it(INSTANCE), it(TEMPLATE, metadataOptions={"httpPutResponseHopLimit": 2})],
        [it(INSTANCE, metadataOptions={"httpPutResponseHopLimit": 1}), it(INSTANCE, metadataOptions=UNKNOWN)],
    ),
    "no-key-pair": ([it(INSTANCE, keyName="mine")], [it(INSTANCE), it(TEMPLATE, keyName="")]),
    "standard-cpu-credits": (
        [
            it(INSTANCE, instanceType="t4g.small"),
            it(TEMPLATE, instanceType="t3.micro", creditSpecification={"cpuCredits": "unlimited"}),
        ],
        [
            it(INSTANCE, instanceType="t4g.small", creditSpecification={"cpuCredits": "standard"}),
            it(INSTANCE, instanceType="m7g.large"),
            it(INSTANCE, instanceType=UNKNOWN),
            it(INSTANCE, instanceType="t4g.small", creditSpecification=UNKNOWN),
        ],
    ),
    "pinned-machine-image": (
        [it(TEMPLATE, imageId="resolve:ssm:/aws/service/al2023"), it(INSTANCE, ami="newest")],
        [it(TEMPLATE, imageId="ami-0123456789abcdef0"), it(INSTANCE, ami=UNKNOWN), it(TEMPLATE)],
    ),
    "pinned-container-image": (
        [
            it(CONTAINER, image="postgres"),
            it(CONTAINER, image="postgres:latest"),
            it(CONTAINER, image="timescale/timescaledb:latest-pg17"),
            it(IMAGE, name="registry.example.com:5000/postgres:17"),
            it(IMAGE, name="registry.example.com:5000/postgres"),
        ],
        [
            it(CONTAINER, image="timescale/timescaledb:2.29.2-pg17"),
            it(CONTAINER, image=f"postgres@{DIGEST}"),
            it(CONTAINER, image=DIGEST),
            it(CONTAINER, image=UNKNOWN),
            it(IMAGE, name="registry.example.com:5000/api:15a366bfd21c"),
        ],
    ),
    "confined-container": (
        [
            it(CONTAINER, privileged=True),
            it(CONTAINER, networkMode="host"),
            it(CONTAINER, volumes=[{"hostPath": "/var/run/docker.sock", "containerPath": "/s"}]),
        ],
        [
            it(CONTAINER, privileged=False, networkMode="bridge"),
            it(CONTAINER, volumes=[{"volumeName": "data"}, UNKNOWN]),
        ],
    ),
    "container-memory-limit": ([it(CONTAINER), it(CONTAINER, memory=0)], [it(CONTAINER, memory=1024)]),
    "clean-container-stop": (
        [
            it(CONTAINER, image="timescale/timescaledb:2.29.2-pg17"),
            it(CONTAINER, image="postgres:17.2", stopTimeout=30),
            it(CONTAINER, OURS.format("container:Container"), image=UNKNOWN, stopTimeout=10),
        ],
        [
            it(CONTAINER, image="postgres:17.2", stopTimeout=60),
            it(CONTAINER, image="nginx:1.29.1"),
            it(CONTAINER, image="postgres:17.2", stopTimeout=UNKNOWN),
        ],
    ),
    "closed-access-block": (
        [it(ACCESS), it(ACCESS, **{**flags(True), "blockPublicPolicy": False})],
        [it(ACCESS, **flags(True)), it(ACCESS, **flags(UNKNOWN))],
    ),
    "backup-retention": (
        [it(PLAN, rules=[{"ruleName": "daily", "lifecycle": {"deleteAfter": 6}}])],
        [
            it(PLAN, rules=[{"ruleName": "daily", "lifecycle": {"deleteAfter": 7}}, {"ruleName": "for ever"}]),
            it(PLAN, rules=[{"ruleName": "daily", "lifecycle": UNKNOWN}]),
        ],
    ),
    "no-irrevocable-lock": (
        [it(LOCK, changeableForDays=3)],
        [it(LOCK, minRetentionDays=7), it(LOCK, changeableForDays=UNKNOWN)],
    ),
    "no-wildcard-rights": (
        [
            it(ROLE_POLICY, policy=policy("*", "*")),
            it(ROLE_POLICY, policy=policy(["ec2:DescribeVolumes", "s3:*"], ["*"])),
            it(ROLE, inlinePolicies=[{"name": "all", "policy": policy("iam:*", "*")}]),
            it(ROLE_POLICY, policy=statement(NotAction="iam:*", Resource="*")),
            it(ROLE_POLICY, policy=statement(NotAction=["iam:*", "sts:*"], NotResource="arn:aws:s3:::archive/*")),
            it(ROLE_POLICY, policy=statement(Action="s3:*", NotResource=["arn:aws:s3:::archive/*"])),
        ],
        [
            it(ROLE_POLICY, policy=policy("s3:*", "arn:aws:s3:::archive/*")),
            it(ROLE_POLICY, policy=policy("ec2:DescribeVolumes", "*")),
            it(ROLE_POLICY, policy=policy("*", "*", "Deny")),
            it(ROLE_POLICY, policy=statement(Effect="Deny", NotAction="iam:*", Resource="*")),
            it(ROLE_POLICY, policy=statement(NotAction="s3:DeleteObject", Resource="arn:aws:s3:::archive/*")),
            it(ROLE_POLICY, policy=statement(Action="s3:GetObject", NotResource="arn:aws:s3:::archive/*")),
            it(ROLE_POLICY, policy=UNKNOWN),
            it(ROLE_POLICY, policy="no document"),
        ],
    ),
    "no-broad-managed-policy": (
        [
            it(ATTACHMENT, policyArn="arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"),
            it(ROLE, managedPolicyArns=["arn:aws:iam::aws:policy/AdministratorAccess"]),
            it(TO_MANY, policyArn="arn:aws:iam::aws:policy/AdministratorAccess", roles=["host"], users=[]),
            it(TO_MANY, policyArn="arn:aws:iam::aws:policy/AdministratorAccess", roles=[UNKNOWN]),
            it(WHOLE, roleName="host", policyArns=["arn:aws:iam::aws:policy/PowerUserAccess"]),
        ],
        [
            it(ATTACHMENT, policyArn="arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup"),
            it(ATTACHMENT, policyArn=UNKNOWN),
            it(TO_MANY, policyArn="arn:aws:iam::aws:policy/ReadOnlyAccess", roles=["host"]),
            it(TO_MANY, policyArn="arn:aws:iam::aws:policy/AdministratorAccess", roles=[], users=["someone"]),
            it(WHOLE, roleName="host", policyArns=["arn:aws:iam::aws:policy/ReadOnlyAccess"]),
            it(ROLE),
        ],
    ),
    "log-retention": (
        [it(LOGS), it(LOGS, retentionInDays=0), it(LOGS, retentionInDays=731)],
        [it(LOGS, retentionInDays=30), it(LOGS, retentionInDays=UNKNOWN)],
    ),
    "no-unlimited-role": (
        [it(f"{DYNAMIC}Role", name="app", superuser=True), it(f"{DYNAMIC}Role", name="app", bypassrls=True)],
        [it(f"{DYNAMIC}Role", name="app", login=True, superuser=False), it(f"{DYNAMIC}Role", bypassrls=UNKNOWN)],
    ),
    "no-grant-to-public": (
        [
            it(f"{DYNAMIC}Grant", to="public", privileges=["SELECT"]),
            it(f"{DYNAMIC}Grant", to="public", privileges=["USAGE", "CREATE"]),
            it(f"{DYNAMIC}DefaultPrivileges", owner="app", on="tables", to="public", privileges=["SELECT"]),
        ],
        [
            it(f"{DYNAMIC}DefaultPrivileges", owner="app", on="types", to="public", privileges=["USAGE"]),
            it(f"{DYNAMIC}DefaultPrivileges", owner="app", on="tables", to="reader", privileges=["SELECT"]),
            it(f"{DYNAMIC}Grant", to="public", privileges=["USAGE"]),
            it(f"{DYNAMIC}Grant", to="app", privileges=["SELECT"]),
            it(f"{DYNAMIC}Grant", to=UNKNOWN, privileges=UNKNOWN),
        ],
    ),
    "retention-floor": (
        [
            it(f"{DYNAMIC}Hypertable", retention={"drop_after": "6 days 23 hours"}),
            it(f"{DYNAMIC}ContinuousAggregate", retention={"drop_after": "1 hour"}),
        ],
        [
            it(f"{DYNAMIC}Hypertable", retention={"drop_after": "7 days"}),
            it(f"{DYNAMIC}Hypertable", retention={"drop_after": "3 months"}),
            it(f"{DYNAMIC}Hypertable", retention={"drop_after": UNKNOWN}),
            it(f"{DYNAMIC}Hypertable", retention={"drop_after": "a while"}),
            it(f"{DYNAMIC}Hypertable"),
        ],
    ),
}
