"""The machine image: Amazon Linux 2023 of the instance's architecture, resolved once, or one that was chosen."""

from typing import Any

import pulumi
import pulumi_aws as aws

from ...hardware import instance_types
from ...hardware.images import ON_EC2, parameter
from ...program import refusing
from ...server import BadValue
from . import checks, look_up


def refuse(image_id: str, found: str, kind: instance_types.InstanceType, argument: str = "image_id") -> None:
    """Refuse an image of another architecture.

    Args:
        image_id: of the image.
        found: its architecture, as EC2 calls it.
        kind: of the instance.
        argument: name of the image's argument.

    Raises:
        BadValue: since the instance would not start.
    """
    wanted = ON_EC2[kind.architecture]
    if found != wanted:
        remedy = f"choose an image for {wanted}, or an instance type of that architecture"
        raise BadValue(argument, f"is {image_id} for {found} but {kind.name} is {wanted}", remedy)


def resolve(
    instance_type: pulumi.Input[str], image_id: pulumi.Input[str] | None, parent: pulumi.Resource
) -> pulumi.Output[str]:
    """The image of a host.

    Args:
        instance_type: whose architecture it must have.
        image_id: one that was chosen; None for the newest Amazon Linux 2023. Pass ``pin_image`` to the host then, so
            that a newer one of tomorrow replaces nothing.
        parent: component whose provider is asked.

    Raises:
        pulumi.RunError: one sentence, for an image that is unknown or of another architecture.
    """
    looking = look_up.looking(parent)

    def newest(kind: instance_types.InstanceType) -> pulumi.Output[str]:
        found = aws.ssm.get_parameter_output(name=parameter(kind.architecture), opts=looking)
        # the provider marks `value` as secret, and with it everything made from it; this one is public
        return found.apply(lambda answer: str(answer.insecure_value))

    def chosen(kind: instance_types.InstanceType, asked: str) -> pulumi.Output[str]:
        with refusing():
            checks.resource_id(asked, "image_id", "ami")
        filters: Any = [{"name": "image-id", "values": [asked]}]
        found = aws.ec2.get_ami_output(filters=filters, include_deprecated=True, opts=looking)
        return found.apply(lambda answer: _refused(asked, str(answer.architecture), kind))

    def resolved(both: Any) -> pulumi.Output[str]:
        with refusing():
            kind = instance_types.find(both[0])
        return chosen(kind, both[1]) if both[1] else newest(kind)

    return pulumi.Output.all(instance_type, image_id).apply(resolved)


def _refused(asked: str, found: str, kind: instance_types.InstanceType) -> str:
    with refusing():
        refuse(asked, found, kind)
    return asked
