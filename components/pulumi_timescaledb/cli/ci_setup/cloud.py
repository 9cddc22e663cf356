"""The pipeline's role on AWS, by boto3: what is missing, and what would be removed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from ...errors import Failed, Refusal, Unreachable
from ..aws.clients import code_of
from . import policy
from .question import Cloud
from .step import Step

MARK = {"Key": "timescaledb-made-by", "Value": "tsdb ci-setup"}
SESSION_SECONDS = 3600


@dataclass(frozen=True)
class Account:
    """Where: clients of IAM and S3, and what ARNs are made of."""

    iam: Any
    s3: Any
    partition: str
    region: str
    account: str

    def role_arn(self, name: str) -> str:
        """ARN of a role."""
        return f"arn:{self.partition}:iam::{self.account}:role/{name}"

    @property
    def provider_arn(self) -> str:
        """ARN of the identity provider, which an account has once."""
        return f"arn:{self.partition}:iam::{self.account}:oidc-provider/{policy.ISSUER}"


def account(region: str) -> Account:
    """The account of the credentials that boto3 finds. Raises Failed without boto3 or a region."""
    try:
        import boto3
    except ImportError:
        raise Failed("--repository needs boto3, which is not installed; install pulumi-timescaledb[aws]") from None
    with told():
        session = boto3.session.Session(region_name=region or None)
        if not session.region_name:
            raise Refusal("--region is missing and the environment has none; give the region of the database's host")
        caller = session.client("sts").get_caller_identity()
        partition = str(caller["Arn"]).split(":")[1]
        iam, s3 = session.client("iam"), session.client("s3")
        return Account(iam, s3, partition, session.region_name, str(caller["Account"]))


@contextmanager
def told() -> Iterator[None]:
    """AWS's own errors as one sentence of ours."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        said = error.response.get("Error", {})
        raise Failed(
            f"AWS refused {error.operation_name} ({said.get('Code', 'no code')}: {said.get('Message', '')}); use "
            f"credentials that may set up identity providers and roles"
        ) from None
    except BotoCoreError as error:
        raise Unreachable(f"AWS cannot be asked ({type(error).__name__}); set credentials and a region") from None


def setup(at: Account, cloud: Cloud) -> list[Step]:
    """What is missing; nothing is done yet. Raises Refusal when a role of that name is somebody else's."""
    where = {"partition": at.partition, "region": at.region, "account": at.account}
    trust = policy.trust(cloud, at.provider_arn)
    reading = policy.reading(cloud, **where)
    name, iam = cloud.role_name, at.iam
    steps: list[Step] = []
    provider = _provider(at)
    if provider is None:
        steps.append(Step("create", f"identity provider {policy.ISSUER}", "vouches for jobs of GitHub Actions",
                          lambda: iam.create_open_id_connect_provider(
                              Url=f"https://{policy.ISSUER}", ClientIDList=[policy.AUDIENCE])))  # fmt: skip
    elif policy.AUDIENCE not in provider.get("ClientIDList", ()):
        steps.append(Step("change", f"identity provider {policy.ISSUER}", f"takes the audience {policy.AUDIENCE}",
                          lambda: iam.add_client_id_to_open_id_connect_provider(
                              OpenIDConnectProviderArn=at.provider_arn, ClientID=policy.AUDIENCE)))  # fmt: skip
    taken = ", ".join(policy.subjects(cloud))
    role = _role(at, name)
    if role is None:
        steps.append(Step("create", f"role {name}", f"taken by {taken}", lambda: iam.create_role(
            RoleName=name, AssumeRolePolicyDocument=json.dumps(trust), MaxSessionDuration=SESSION_SECONDS,
            Description="Previews of pull requests and nightly checks: reads, and changes nothing",
            Tags=[MARK])))  # fmt: skip
    elif _decoded(role["AssumeRolePolicyDocument"]) != trust:
        steps.append(Step("change", f"trust of {name}", f"taken by {taken}", lambda: iam.update_assume_role_policy(
            RoleName=name, PolicyDocument=json.dumps(trust))))  # fmt: skip
    if role is None or _inline(at, name) != reading:
        steps.append(Step("create" if role is None else "change", f"policy {policy.POLICY_NAME} of {name}",
                          "reads" + (f", and forwards a port of {cloud.database}" if cloud.database else ""),
                          lambda: iam.put_role_policy(RoleName=name, PolicyName=policy.POLICY_NAME,
                                                      PolicyDocument=json.dumps(reading))))  # fmt: skip
    return steps


def unread(at: Account, cloud: Cloud) -> list[str]:
    """What is not known of the bucket of the state, in a sentence. Raises Refusal for one that is encrypted with a key
    of the account's own which is not the one that was named: the role could read no state."""
    from botocore.exceptions import BotoCoreError, ClientError

    bucket = cloud.state_bucket
    if not bucket:
        return []
    try:
        said = at.s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    except (BotoCoreError, ClientError) as error:
        code = code_of(error) if isinstance(error, ClientError) else type(error).__name__
        if code == "ServerSideEncryptionConfigurationNotFoundError":
            return []
        return [
            f"how the bucket {bucket} is encrypted could not be read ({code}); where a KMS key of yours does it, give "
            f"--state-key, or the role reads no state"
        ]
    for each in said:
        default = each.get("ApplyServerSideEncryptionByDefault", {})
        key = default.get("KMSMasterKeyID", "")
        # without a key it is AWS's own, which needs no right beside that to the object
        if not default.get("SSEAlgorithm", "").startswith("aws:kms") or not key or key.endswith("alias/aws/s3"):
            continue
        if cloud.state_key and ":key/" not in key:
            return [f"the bucket {bucket} is encrypted with {key}: see that this is the key {cloud.state_key}"]
        if cloud.state_key != key:
            missing = f"is {cloud.state_key}" if cloud.state_key else "is missing"
            raise Refusal(
                f"--state-key {missing} and the bucket {bucket} is encrypted with {key}, without which the role reads "
                f"no state; give the ARN of that key, which may encrypt Pulumi's secrets, too, or name another "
                f"--state-bucket"
            )
    return []


def removal(at: Account, cloud: Cloud) -> list[Step]:
    """What is there; nothing is done yet. The identity provider stays, for other roles may stand on it."""
    name, iam = cloud.role_name, at.iam
    if _role(at, name) is None:
        return []
    steps = []
    if _inline(at, name) is not None:
        steps.append(Step("remove", f"policy {policy.POLICY_NAME} of {name}", "with its role",
                          lambda: iam.delete_role_policy(RoleName=name, PolicyName=policy.POLICY_NAME)))  # fmt: skip
    steps.append(Step("remove", f"role {name}", "no job can take it any more", lambda: iam.delete_role(RoleName=name)))
    return steps


def _provider(at: Account) -> dict[str, Any] | None:
    try:
        return dict(at.iam.get_open_id_connect_provider(OpenIDConnectProviderArn=at.provider_arn))
    except at.iam.exceptions.NoSuchEntityException:
        return None


def _role(at: Account, name: str) -> dict[str, Any] | None:
    """The role, if it is ours and has no more than we gave it."""
    try:
        found = dict(at.iam.get_role(RoleName=name)["Role"])
    except at.iam.exceptions.NoSuchEntityException:
        return None
    if MARK not in found.get("Tags", ()):
        raise Refusal(f"role {name} exists and was not made by tsdb ci-setup; choose another --role-name")
    attached = [each["PolicyName"] for each in at.iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]]
    others = [each for each in at.iam.list_role_policies(RoleName=name)["PolicyNames"] if each != policy.POLICY_NAME]
    if attached or others:
        raise Refusal(
            f"role {name} has got more rights since tsdb ci-setup made it ({', '.join(attached + others)}); take them "
            f"away, or choose another --role-name"
        )
    return found


def _inline(at: Account, name: str) -> dict[str, Any] | None:
    try:
        found = at.iam.get_role_policy(RoleName=name, PolicyName=policy.POLICY_NAME)
    except at.iam.exceptions.NoSuchEntityException:
        return None
    return _decoded(found["PolicyDocument"])


def _decoded(document: Any) -> dict[str, Any]:
    """A policy document, which boto3 gives as a mapping and other servers as text."""
    return dict(json.loads(unquote(document))) if isinstance(document, str) else dict(document)
