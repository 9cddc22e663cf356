"""The server's settings where a host finds them: a changed one reaches it within a minute, without a new host."""

import pulumi
import pulumi_aws as aws
from typing_extensions import NotRequired, TypedDict

from ...program import refusing
from ...server import BadValue
from .. import arguments as check
from ..inputs import calculated, known
from . import checks, push

_LONGEST = 4096  # of a standard parameter (SSM Parameter Store, quotas)


class SettingsArgs(TypedDict):
    """What the server runs with."""

    database_name: str
    """Value of the tag ``timescaledb-database``. A plain value."""

    text: pulumi.Input[str]
    """Settings as PostgreSQL's configuration files spell them, such as ``Container.parameters_text``."""

    parameter_name: NotRequired[str]
    """SSM parameter. A plain value; default ``/timescaledb/<database_name>/settings``."""

    push: NotRequired[bool]
    """Let State Manager have the host follow a changed setting at once, and report whether it is in force.
    A plain value; default False: the host looks every minute by itself."""


PLAIN = ("database_name", "parameter_name", "push")


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise BadValue("text", "is empty", "write settings, one a line")
    if len(value.encode()) > _LONGEST:
        raise BadValue("text", f"has {len(value.encode())} bytes, and a parameter holds {_LONGEST}", "declare fewer")
    return value


CHECKS: checks.Checks = {
    "database_name": checks.database_name,
    "text": _text,
    "parameter_name": lambda value: checks.parameter(value, "parameter_name"),
    "push": lambda value: check.flag(value, "push"),
}


class Settings(pulumi.ComponentResource):
    """One SSM parameter with the server's settings; where wanted, a State Manager association that pushes them."""

    parameter_name: pulumi.Output[str]
    """Its name, for ``config_parameter``; known once the parameter exists."""

    def __init__(self, name: str, args: SettingsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declare the settings.

        Args:
            name: of the component; the names of its children derive from it.
            args: see :class:`SettingsArgs`.
            opts: of the component.

        Raises:
            pulumi.RunError: one sentence that names the argument which cannot be used.
        """
        super().__init__("timescaledb:ec2:Settings", name, {}, opts)
        with refusing():
            checks.refuse(SettingsArgs, known(args), args, CHECKS, PLAIN)
        made = aws.ssm.Parameter(
            f"{name}-parameter",
            name=args.get("parameter_name") or f"/timescaledb/{args['database_name']}/settings",
            type="String",
            # not "value", which every preview would hide: nothing here is secret
            insecure_value=calculated({"text": args["text"]}, lambda plain: _text(plain["text"])),
            description=f"Settings of PostgreSQL on {args['database_name']}, followed by its host",
            opts=pulumi.ResourceOptions(parent=self),
        )
        if args.get("push"):
            self._push(name, args["database_name"], made)
        self.parameter_name = made.name
        self.register_outputs({"parameter_name": self.parameter_name})

    def _push(self, name: str, database_name: str, parameter: aws.ssm.Parameter) -> None:
        """A version that is another one changes the association, which is what makes it run."""
        inside = pulumi.ResourceOptions(parent=self)
        called = f"timescaledb-{database_name}-settings"
        document = aws.ssm.Document(
            f"{name}-document",
            name=called,
            document_type="Command",
            document_format="JSON",
            target_type="/AWS::EC2::Instance",
            content=push.document(database_name),
            opts=inside,
        )
        aws.ssm.Association(
            f"{name}-association",
            name=document.name,
            association_name=called,
            targets=[{"key": f"tag:{checks.IDENTITY_TAG}", "values": [database_name]}],
            parameters={"version": parameter.version.apply(str)},
            schedule_expression=push.SCHEDULE,
            compliance_severity=push.SEVERITY,
            opts=inside,
        )
