"""Launching: a known image and type of one architecture, user data of 16 KiB, and a type that changes when stopped."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from tools.engine.plugins.aws.kinds.ec2.blocks import LARGEST_USER_DATA
from tools.engine.plugins.aws.server.lacking.instances import template_data
from tools.engine.plugins.aws.server.patching import refuse, wrap


def change() -> None:
    """Make the changes."""
    from moto.autoscaling.models import FakeAutoScalingGroup
    from moto.core.types import Base64EncodedString
    from moto.ec2.models.instances import InstanceBackend
    from moto.ec2.models.launch_templates import LaunchTemplate

    @wrap(InstanceBackend, "run_instances")
    def run(
        old: Callable[..., Any], self: Any, image_id: str, count: int, user_data: Any, *more: Any, **named: Any
    ) -> Any:
        data = template_data(self, named.get("launch_template") or {})
        given = None if named.get("is_instance_type_default") else named.get("instance_type")
        image = image_id or data.get("ImageId") or ""
        kind = given or data.get("InstanceType") or named.get("instance_type") or ""
        _short(user_data if user_data is not None else data.get("UserData"))
        _match(self, image, kind)
        return old(image_id, count, user_data, *more, **named)

    @wrap(InstanceBackend, "modify_instance_attribute")
    def modify(old: Callable[..., Any], self: Any, instance_id: str, key: str, value: Any) -> Any:
        instance = self.get_instance(instance_id)
        if key in ("instance_type", "user_data", "ebs_optimized") and instance.state != "stopped":
            refuse(
                "IncorrectInstanceState",
                f"The instance '{instance_id}' is not in the 'stopped' state, in which alone its {key} can change",
            )
        if key == "instance_type":
            _match(self, instance.image_id, value)
        if key == "user_data":
            _short(value)
        return old(instance_id, key, value)

    @wrap(LaunchTemplate, "create_version")
    def version(old: Callable[..., Any], self: Any, data: dict[str, Any], description: str) -> Any:
        _short(data.get("UserData"))
        if data.get("UserData") is not None and not isinstance(data["UserData"], Base64EncodedString):
            data["UserData"] = Base64EncodedString(data["UserData"])  # moto does so for the first version only
        return old(data, description)

    @wrap(FakeAutoScalingGroup, "_set_launch_configuration")
    def launch(
        old: Callable[..., Any],
        self: Any,
        launch_config_name: str,
        launch_template: dict[str, Any],
        mixed_instances_policy: dict[str, Any] | None,
    ) -> None:
        old(launch_config_name, launch_template, mixed_instances_policy)
        for each in (mixed_instances_policy or {}).get("LaunchTemplate", {}).get("Overrides") or ():
            if each.get("InstanceType"):
                image = self.ec2_launch_template.get_version(self.launch_template_version).data.get("ImageId")
                _match(self.ec2_backend, image or "", each["InstanceType"])


def _short(encoded: Any) -> None:
    if encoded is None:
        return
    size = len(base64.b64decode(str(encoded)))
    if size > LARGEST_USER_DATA:
        refuse(
            "InvalidParameterValue", f"User data is limited to {LARGEST_USER_DATA} bytes; it has {size} before base64"
        )


def _match(backend: Any, image_id: str, kind: str) -> None:
    from moto.ec2.models.instance_types import INSTANCE_TYPES

    known = INSTANCE_TYPES.get(kind)
    if known is None:
        refuse("InvalidInstanceType", f"The instance type '{kind}' does not exist")
    image = backend.amis.get(image_id)
    if image is None:
        refuse("InvalidAMIID.NotFound", f"The image id '[{image_id}]' does not exist")
    made_for = (known or {}).get("ProcessorInfo", {}).get("SupportedArchitectures", [])
    if image.architecture not in made_for:
        refuse(
            "InvalidParameterValue",
            f"The architecture '{','.join(made_for)}' of the specified instance type '{kind}' does not match the "
            f"architecture '{image.architecture}' of the specified AMI '{image_id}'",
        )
