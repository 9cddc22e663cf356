"""EC2: CPU credits and maintenance options of instances, and what a terminated one lets go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tools.engine.plugins.aws.server.patching import add, refuse, wrap


def change() -> None:
    """Make the changes."""
    from moto.ec2.models import ec2_backends
    from moto.ec2.models.instances import Instance
    from moto.ec2.responses import EC2Response

    for action, handler in (
        ("modify_instance_credit_specification", _set_credits),
        ("describe_instance_credit_specifications", _credits),
        ("modify_instance_maintenance_options", _maintain),
    ):
        add(EC2Response, ec2_backends, action, handler)

    @wrap(EC2Response, "run_instances")
    def run(old: Callable[..., Any], self: Any) -> Any:
        answer = old()
        for instance in answer.result.instances:
            own_groups(instance)
            data = template_data(instance.ec2_backend, self._get_param("LaunchTemplate", {}))
            own_root(instance, self._get_param("BlockDeviceMappings") or data.get("BlockDeviceMappings") or [])
            keep(instance, self._get_param("CreditSpecification") or data.get("CreditSpecification") or {})
            options = self._get_param("MaintenanceOptions") or data.get("MaintenanceOptions") or {}
            instance.maintenance_options = {"AutoRecovery": options.get("AutoRecovery", "default")}
            ending = self._get_param("DisableApiTermination", data.get("DisableApiTermination", False))
            instance.disable_api_termination = str(ending).lower() == "true"
        return answer

    @wrap(Instance, "prep_nics")
    def prepare(old: Callable[..., Any], self: Any, nic_spec: list[dict[str, Any]], **named: Any) -> Any:
        kept = {int(each["DeviceIndex"]) for each in nic_spec if each.get("DeleteOnTermination") is False}
        given = {int(each["DeviceIndex"]) for each in nic_spec if each.get("NetworkInterfaceId")}
        answer = old(nic_spec, **named)
        for index, interface in self.nics.items():
            if index not in kept | given:
                interface.delete_on_termination = True
        return answer

    @wrap(Instance, "terminate")
    def terminate(old: Callable[..., Any], self: Any) -> Any:
        for interface in list(self.nics.values()):
            if not interface.delete_on_termination:
                self.detach_eni(interface)
        for volume in list(self.ec2_backend.volumes.values()):
            held = volume.attachment is not None and volume.attachment.instance is self
            mapped = self.block_device_mapping.get(volume.attachment.device) if held else None
            if mapped is not None and not mapped.delete_on_termination:
                self.ec2_backend.detach_volume(volume.id, self.id, volume.attachment.device)
        return old()


def own_groups(instance: Any) -> None:
    """Make the groups of the first interface those of the instance, as AWS shows and changes them."""
    first = instance.nics.get(0)
    if first is not None and not instance.security_groups and not _made_before(first):
        instance.security_groups, first._group_set = list(first._group_set), []


def own_root(instance: Any, mappings: list[dict[str, Any]]) -> None:
    """Give declared volumes what moto drops; a root volume ends with its instance unless told otherwise."""
    for each in mappings:
        device, disk = each["DeviceName"], each.get("Ebs") or {}
        mapped = instance.block_device_mapping.get(device)
        if mapped is None:
            continue
        if "DeleteOnTermination" not in disk and device == instance.root_device_name:
            mapped.delete_on_termination = True
        volume = instance.ec2_backend.get_volume(mapped.volume_id)
        volume.iops = int(disk.get("Iops") or volume.iops or 0) or None
        volume.throughput = int(disk.get("Throughput") or volume.throughput or 0) or None


def template_data(backend: Any, named: dict[str, Any]) -> dict[str, Any]:
    """The data of a launch template's version; empty where none is named."""
    return dict(backend._get_template_from_args(named).data) if named else {}


def keep(instance: Any, given: dict[str, Any]) -> None:
    """Remember an instance's credits; burstable types of today are unlimited unless told otherwise."""
    burstable = instance.instance_type.split(".")[0] in ("t3", "t3a", "t4g")
    instance.cpu_credits = given.get("CpuCredits") or ("unlimited" if burstable else "standard")


def _made_before(interface: Any) -> bool:
    """Whether an interface was there before its instance, which makes its own with this description."""
    return str(interface.description) != "Primary network interface"


def _set_credits(backend: Any, given: dict[str, Any]) -> dict[str, Any]:
    done = []
    for each in given["InstanceCreditSpecifications"]:
        instance = backend.get_instance(each["InstanceId"])
        if not instance.instance_type.startswith("t"):
            refuse("UnsupportedInstanceType", f"{instance.instance_type} has no CPU credits")
        instance.cpu_credits = each["CpuCredits"]
        done.append({"InstanceId": instance.id})
    return {"SuccessfulInstanceCreditSpecifications": done, "UnsuccessfulInstanceCreditSpecifications": []}


def _credits(backend: Any, given: dict[str, Any]) -> dict[str, Any]:
    found = [backend.get_instance(each) for each in given.get("InstanceIds") or []]
    answers = [{"InstanceId": each.id, "CpuCredits": getattr(each, "cpu_credits", "standard")} for each in found]
    return {"InstanceCreditSpecifications": answers}


def _maintain(backend: Any, given: dict[str, Any]) -> dict[str, Any]:
    instance = backend.get_instance(given["InstanceId"])
    instance.maintenance_options = {"AutoRecovery": given["AutoRecovery"]}
    return {"InstanceId": instance.id, "AutoRecovery": given["AutoRecovery"]}
