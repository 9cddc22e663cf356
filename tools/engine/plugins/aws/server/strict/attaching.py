"""Attaching volumes and network interfaces: once, in one zone, to an instance that is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tools.engine.plugins.aws.server.patching import refuse, wrap


def change() -> None:
    """Make the changes."""
    from moto.ec2.models.elastic_block_store import EBSBackend
    from moto.ec2.models.elastic_network_interfaces import NetworkInterfaceBackend
    from moto.ec2.models.instances import Instance

    @wrap(EBSBackend, "attach_volume")
    def attach(
        old: Callable[..., Any],
        self: Any,
        volume_id: str,
        instance_id: str,
        device_path: str,
        delete_on_termination: bool = False,
    ) -> Any:
        volume, instance = self.get_volume(volume_id), self.get_instance(instance_id)
        _there(instance)
        if volume.attachment is not None:
            refuse("VolumeInUse", f"{volume_id} is already attached to an instance")
        if volume.zone.name != instance.placement.zone:
            refuse(
                "InvalidVolume.ZoneMismatch",
                f"The volume '{volume_id}' is not in the same availability zone as instance '{instance_id}'",
            )
        if device_path in instance.block_device_mapping:
            refuse("InvalidParameterValue", f"Attachment point {device_path} is already in use")
        return old(volume_id, instance_id, device_path, delete_on_termination)

    @wrap(NetworkInterfaceBackend, "attach_network_interface")
    def attach_interface(old: Callable[..., Any], self: Any, eni_id: str, instance_id: str, device_index: int) -> Any:
        interface, instance = self.get_network_interface(eni_id), self.get_instance(instance_id)
        _there(instance)
        _free(interface, instance.placement.zone)
        if int(device_index) in instance.nics:
            refuse("InvalidParameterValue", f"Device index {device_index} of {instance_id} is already in use")
        return old(eni_id, instance_id, device_index)

    @wrap(Instance, "prep_nics")
    def prepare(old: Callable[..., Any], self: Any, nic_spec: list[dict[str, Any]], **named: Any) -> Any:
        for each in nic_spec:
            if each.get("NetworkInterfaceId"):
                interface = self.ec2_backend.get_network_interface(each["NetworkInterfaceId"])
                self._placement.zone = interface.subnet.availability_zone
                self._subnet_id = self._subnet_id or interface.subnet.id
                _free(interface, self._placement.zone)
        return old(nic_spec, **named)


def _there(instance: Any) -> None:
    if instance.state not in ("running", "stopped"):
        refuse("IncorrectState", f"The instance '{instance.id}' is '{instance.state}', not running or stopped")


def _free(interface: Any, zone: str) -> None:
    if interface.instance is not None:
        refuse("InvalidNetworkInterface.InUse", f"Interface: [{interface.id}] in use")
    if interface.subnet.availability_zone != zone:
        refuse("InvalidParameterCombination", f"{interface.id} is not in the availability zone {zone} of the instance")
