"""Who a host is on AWS: a role with inline policies, one a theme, and its instance profile."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
import pulumi_aws as aws
from typing_extensions import NotRequired, TypedDict

from ...program import refusing
from ...server import BadValue
from .. import arguments as check
from ..inputs import calculated, known
from . import checks, look_up, policy


class IdentityArgs(TypedDict):
    """What the host works with; what is left out it has no right to."""

    database_name: str
    """Value of the tag ``timescaledb-database`` on volume, interface and instances. A plain value."""

    password_arn: pulumi.Input[str]
    """ARN of the parameter or secret with the password."""

    generate_password: NotRequired[bool]
    """Whether the host may store a first password where there is none. A plain value; default True."""

    ca_parameter: NotRequired[pulumi.Input[str]]
    """SSM parameter that receives the certificate of the database's authority. Default none."""

    config_parameter: NotRequired[pulumi.Input[str]]
    """SSM parameter with the server's settings. Default none."""

    group_name: NotRequired[str]
    """Auto Scaling group that the host belongs to. A plain value; default none."""

    interface_arn: NotRequired[pulumi.Input[str]]
    """Retained network interface that the host takes. A preview must know whether there is one. Default none."""

    zone_id: NotRequired[pulumi.Input[str]]
    """Route 53 zone whose record the host sets. Default none."""

    record_name: NotRequired[pulumi.Input[str]]
    """The record; needed with ``zone_id``."""

    archive_bucket: NotRequired[pulumi.Input[str]]
    """Bucket of the archive. Default none."""

    archive_prefix: NotRequired[str]
    """Folder in the bucket. A plain value; default ``<database_name>/``."""

    log_group: NotRequired[pulumi.Input[str]]
    """Name of the log group that the server's log goes to. Default none."""

    repository_arns: NotRequired[Sequence[pulumi.Input[str]]]
    """ECR repositories that the image is pulled from. Default none."""

    key_arns: NotRequired[Sequence[pulumi.Input[str]]]
    """Keys of your own that encrypt volume, secret or bucket. Default none."""

    volume_key_arn: NotRequired[pulumi.Input[str]]
    """Key of a volume that was taken over; an empty text where there is none, which a preview need not know. Default
    none."""

    namespace: NotRequired[str]
    """Namespace of the host's metrics. A plain value; default ``TimescaleDB``."""

    permissions_boundary_arn: NotRequired[pulumi.Input[str]]
    """Boundary of the role, where the account demands one. Default none."""

    tags: NotRequired[Mapping[str, str]]
    """More tags. A plain value; default none."""


PLAIN = ("database_name", "generate_password", "group_name", "archive_prefix", "namespace", "tags")
CHECKS: checks.Checks = {
    "database_name": checks.database_name,
    "generate_password": lambda value: check.flag(value, "generate_password"),
    "ca_parameter": lambda value: checks.parameter(value, "ca_parameter"),
    "config_parameter": lambda value: checks.parameter(value, "config_parameter"),
    "group_name": lambda value: check.text(value, "group_name", "the name of the Auto Scaling group"),
    "record_name": lambda value: checks.domain_name(value, "record_name"),
    "log_group": checks.log_group,
    "archive_bucket": lambda value: check.bucket_name(value, "archive_bucket"),
    "archive_prefix": lambda value: check.text(value, "archive_prefix", "a folder such as lighthouse/"),
    "repository_arns": lambda value: checks.arns(value, "repository_arns"),
    "key_arns": lambda value: checks.arns(value, "key_arns"),
    "namespace": lambda value: check.text(value, "namespace", "a namespace such as TimescaleDB"),
    "tags": checks.tags,
}
_NOT_RIGHTS = ("permissions_boundary_arn", "tags")


class Identity(pulumi.ComponentResource):
    """Role and instance profile of a host."""

    profile_name: pulumi.Output[str]
    """Instance profile, unknown until every policy is attached: a host that boots earlier would be refused."""
    role_arn: pulumi.Output[str]
    """The role."""

    def __init__(self, name: str, args: IdentityArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declare the role.

        Args:
            name: of the component; each policy is named after its theme.
            args: see :class:`IdentityArgs`.
            opts: of the component.

        Raises:
            pulumi.RunError: one sentence that names the argument which cannot be used.
        """
        super().__init__("timescaledb:ec2:Identity", name, {}, opts)
        with refusing():
            checks.refuse(IdentityArgs, known(args), args, CHECKS, PLAIN)
            if args.get("zone_id") is not None and args.get("record_name") is None:
                raise BadValue("record_name", "is missing", "name the record beside its zone_id")
        mine = pulumi.ResourceOptions(parent=self)
        tags = {**(args.get("tags") or {}), "Name": args["database_name"]}
        self.role = aws.iam.Role(
            f"{name}-role",
            assume_role_policy=json.dumps(policy.trust()),
            description=f"TimescaleDB host of {args['database_name']}",
            permissions_boundary=args.get("permissions_boundary_arn"),
            tags=tags,
            opts=mine,
        )
        self.policies = self._policies(name, args)
        self.profile = aws.iam.InstanceProfile(
            f"{name}-profile", role=self.role.name, tags=tags, opts=pulumi.ResourceOptions(parent=self)
        )
        done = pulumi.Output.all(self.profile.name, *(each.id for each in self.policies))
        self.profile_name = done.apply(lambda found: str(found[0]))
        self.role_arn = self.role.arn
        self.register_outputs({"profile_name": self.profile_name, "role_arn": self.role_arn})

    def _policies(self, name: str, args: IdentityArgs) -> list[aws.iam.RolePolicy]:
        given = {key: value for key, value in args.items() if value is not None and key not in _NOT_RIGHTS}
        place = look_up.place(look_up.looking(self))
        texts = calculated({**given, "place": place}, _texts)
        return [
            aws.iam.RolePolicy(
                f"{name}-{theme}",
                name=theme,
                role=self.role.id,
                policy=texts.apply(_item(theme)),
                opts=pulumi.ResourceOptions(parent=self),
            )
            for theme in _themes(given)
        ]


def _themes(given: Mapping[str, Any]) -> list[str]:
    """The themes there will be, before any value is known: which arguments there are decides."""
    anything = {
        key: () if key in ("repository_arns", "key_arns") and not value else key for key, value in given.items()
    }
    return list(policy.documents(_rights({**anything, "place": look_up.Place("", "", "")})))


def _texts(plain: Mapping[str, Any]) -> dict[str, str]:
    checks.given(plain, CHECKS)
    return {theme: json.dumps(document) for theme, document in policy.documents(_rights(plain)).items()}


def _rights(plain: Mapping[str, Any]) -> policy.Rights:
    given = {key: value for key, value in plain.items() if key not in ("place", "generate_password")}
    place = plain["place"]
    given.setdefault("archive_prefix", f"{plain['database_name']}/")
    return policy.Rights(
        partition=place.partition,
        region=place.region,
        account=place.account,
        password_made_here=bool(plain.get("generate_password", True)),
        **given,
    )


def _item(theme: str) -> Any:
    return lambda texts: texts[theme]
