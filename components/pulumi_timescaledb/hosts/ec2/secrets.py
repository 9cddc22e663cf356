"""Where the superuser's password is: a reference, never the password, which the host makes or finds."""

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_aws as aws
from typing_extensions import NotRequired, TypedDict

from ...program import refusing
from ...server import BadValue
from .. import arguments as check
from .. import left_behind
from ..inputs import known
from . import checks, look_up


class PasswordArgs(TypedDict):
    """A password by reference."""

    password_ref: str
    """``ssm:/path`` (a SecureString, free) or ``secretsmanager:name``. A plain value."""

    generate: NotRequired[bool]
    """Whether the host makes the password at its first boot and stores it there; else it must be there already. A
    plain value; default True."""

    kms_key_arn: NotRequired[pulumi.Input[str]]
    """Key of a secret that is made. Default the account's own for Secrets Manager."""

    retain: NotRequired[bool]
    """Leave a secret that was made behind when it is removed from the program. A plain value; default True."""

    tags: NotRequired[Mapping[str, str]]
    """More tags. A plain value; default none."""


PLAIN = ("password_ref", "generate", "retain", "tags")
CHECKS: checks.Checks = {
    "password_ref": checks.password_reference,
    "generate": lambda value: check.flag(value, "generate"),
    "retain": lambda value: check.flag(value, "retain"),
    "kms_key_arn": lambda value: checks.arn(value, "kms_key_arn"),
    "tags": checks.tags,
}


class Password(pulumi.ComponentResource):
    """A password that neither the program nor its state ever holds.

    In Secrets Manager the empty secret is made here and the host stores the first version. A parameter cannot be
    empty, so the host makes it whole; it is left behind on ``destroy``, which an ``aws ssm delete-parameter`` ends.
    """

    password_ref: str
    """The reference, as given."""
    arn: pulumi.Output[str]
    """ARN of the parameter or secret, for the role."""

    def __init__(self, name: str, args: PasswordArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declare where the password is.

        Args:
            name: of the component.
            args: see :class:`PasswordArgs`.
            opts: of the component.

        Raises:
            pulumi.RunError: one sentence that names the argument which cannot be used.
        """
        super().__init__("timescaledb:ec2:Password", name, {}, opts)
        with refusing():
            checks.refuse(PasswordArgs, known(args), args, CHECKS, PLAIN)
        self.password_ref = args["password_ref"]
        looking = look_up.looking(self)
        store, _, path = self.password_ref.partition(":")
        self.secret: aws.secretsmanager.Secret | None = None
        if store == "ssm":
            self.arn = look_up.place(looking).apply(lambda at: _parameter(at, path))
        elif args.get("generate", True):
            self.secret = self._made(name, path, args)
            self.arn = self.secret.arn
        elif path.startswith("arn:"):
            self.arn = pulumi.Output.from_input(path)
        else:
            self.arn = aws.secretsmanager.get_secret_output(name=path, opts=looking).apply(lambda found: str(found.arn))
        self.register_outputs({"password_ref": self.password_ref, "arn": self.arn})

    def _made(self, name: str, path: str, args: PasswordArgs) -> aws.secretsmanager.Secret:
        with refusing():
            if path.startswith("arn:"):
                remedy = "write its name, or set generate to False for a secret that exists"
                raise BadValue("password_ref", "is the ARN of a secret that is to be made", remedy)
        retain = args.get("retain", True)
        return aws.secretsmanager.Secret(
            f"{name}-secret",
            name=path,
            description="Password of the database's superuser, stored by its host",
            kms_key_id=args.get("kms_key_arn"),
            tags=left_behind.marked(args.get("tags"), path),
            opts=pulumi.ResourceOptions(
                parent=self,
                retain_on_delete=retain,
                # the provider reads neither, so that what is imported would differ from their defaults; a secret that
                # goes with its stack has to have its days, or it goes at once
                ignore_changes=["force_overwrite_replica_secret", "recovery_window_in_days"] if retain else [],
                import_=self._left_behind(path) if retain else None,
            ),
        )

    def _left_behind(self, path: str) -> str | None:
        """The secret's id where it is there already, as a stack that went has left it: the data go by it."""
        there = left_behind.found(aws.secretsmanager.get_secret, self, f"password_ref {self.password_ref!r}", name=path)
        return str(there.arn) if there and left_behind.is_ours(there.tags) else None


def _parameter(at: Any, path: str) -> str:
    return f"arn:{at.partition}:ssm:{at.region}:{at.account}:parameter{path}"
