"""aws.autoscaling.Group."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from tools.engine.common.values import Props
from tools.engine.plugins.aws.errors import gone_is_fine
from tools.engine.plugins.aws.fields import Fields, Many, One, from_wire, only, same, to_wire
from tools.engine.plugins.aws.kind import Kind

TEMPLATE = {"id": "LaunchTemplateId", "name": "LaunchTemplateName", "version": "Version"}
SPECIFICATION = same("launchTemplateId", "launchTemplateName", "version")
OVERRIDE: Fields = {
    **same("instanceType", "weightedCapacity"),
    "launchTemplateSpecification": One("LaunchTemplateSpecification", SPECIFICATION),
}
DISTRIBUTION = same(
    "onDemandAllocationStrategy",
    "onDemandBaseCapacity",
    "onDemandPercentageAboveBaseCapacity",
    "spotAllocationStrategy",
    "spotInstancePools",
    "spotMaxPrice",
)
MIXED: Fields = {
    "launchTemplate": One(
        "LaunchTemplate",
        {
            "launchTemplateSpecification": One("LaunchTemplateSpecification", SPECIFICATION),
            "overrides": Many("Overrides", OVERRIDE),
        },
    ),
    "instancesDistribution": One("InstancesDistribution", DISTRIBUTION),
}
FIELDS: Fields = {
    **same("availabilityZones", "capacityRebalance", "defaultCooldown", "defaultInstanceWarmup", "desiredCapacity"),
    **same("healthCheckGracePeriod", "healthCheckType", "maxInstanceLifetime", "maxSize", "minSize"),
    **same("terminationPolicies", "placementGroup"),
    "targetGroupArns": "TargetGroupARNs",
    "protectFromScaleIn": "NewInstancesProtectedFromScaleIn",
    "launchTemplate": One("LaunchTemplate", TEMPLATE),
    "mixedInstancesPolicy": One("MixedInstancesPolicy", MIXED),
    "instanceMaintenancePolicy": One("InstanceMaintenancePolicy", same("maxHealthyPercentage", "minHealthyPercentage")),
}
HOOK: Fields = {
    **same("lifecycleTransition", "defaultResult", "heartbeatTimeout", "notificationMetadata"),
    "name": "LifecycleHookName",
    "notificationTargetArn": "NotificationTargetARN",
    "roleArn": "RoleARN",
}
HERE = frozenset(
    {"enabledMetrics", "forceDelete", "initialLifecycleHooks", "instanceRefresh", "metricsGranularity", "name"}
    | {"suspendedProcesses", "tags", "vpcZoneIdentifiers", "waitForCapacityTimeout", "ignoreFailedScalingActivities"}
)


class Group(Kind):
    """A group; its tags are a list that says which of them instances get."""

    pulumi_type: ClassVar = "aws:autoscaling/group:Group"
    supported: ClassVar = frozenset(FIELDS) | HERE
    renews: ClassVar = frozenset({"name"})
    defaults: ClassVar = {
        "capacityRebalance": False,
        "enabledMetrics": [],
        "instanceMaintenancePolicy": None,
        "launchTemplate": None,
        "mixedInstancesPolicy": None,
        "protectFromScaleIn": False,
        "suspendedProcesses": [],
        "tags": [],
    }
    unread: ClassVar = frozenset(
        {"forceDelete", "initialLifecycleHooks", "instanceRefresh", "metricsGranularity", "waitForCapacityTimeout"}
        | {"ignoreFailedScalingActivities"}
    )
    name: ClassVar = "name"

    def refusals(self, inputs: Props) -> list[str]:
        given = [name for name in ("launchTemplate", "mixedInstancesPolicy") if name in inputs]
        if len(given) != 1:
            return ["Group: exactly one of launchTemplate and mixedInstancesPolicy is needed"]
        if "availabilityZones" in inputs and "vpcZoneIdentifiers" in inputs:
            return ["Group: only one of availabilityZones and vpcZoneIdentifiers can be given: remove one"]
        return []

    def create(self, inputs: Props, region: str) -> str:
        client = self.aws.client("autoscaling", region)
        name = inputs["name"]
        hooks = inputs.get("initialLifecycleHooks") or []
        wanted = _wanted(inputs)
        if hooks:
            wanted["LifecycleHookSpecificationList"] = [to_wire(HOOK, each) for each in hooks]
        client.create_auto_scaling_group(AutoScalingGroupName=name, Tags=_tags(name, inputs), **wanted)
        self._metrics(client, name, [], inputs.get("enabledMetrics") or [])
        if inputs.get("suspendedProcesses"):
            client.suspend_processes(AutoScalingGroupName=name, ScalingProcesses=inputs["suspendedProcesses"])
        return str(name)

    def _metrics(self, client: Any, name: str, old: list[str], new: list[str]) -> None:
        gone, come = sorted(set(old) - set(new)), sorted(set(new) - set(old))
        if gone:
            client.disable_metrics_collection(AutoScalingGroupName=name, Metrics=gone)
        if come:
            client.enable_metrics_collection(AutoScalingGroupName=name, Granularity="1Minute", Metrics=come)

    def read(self, identifier: str, declared: Props, region: str) -> Props | None:
        client = self.aws.client("autoscaling", region)
        groups = client.describe_auto_scaling_groups(AutoScalingGroupNames=[identifier])["AutoScalingGroups"]
        if not groups or groups[0].get("Status"):
            return None
        live = groups[0]
        found = from_wire(FIELDS, live)
        zones = [each for each in str(live.get("VPCZoneIdentifier") or "").split(",") if each]
        return {
            **{name: value for name, value in found.items() if value not in ({}, [])},
            "name": identifier,
            "arn": live.get("AutoScalingGroupARN"),
            "vpcZoneIdentifiers": zones,
            "enabledMetrics": [each["Metric"] for each in live.get("EnabledMetrics", [])],
            "suspendedProcesses": [each["ProcessName"] for each in live.get("SuspendedProcesses", [])],
            "tags": [
                {"key": each["Key"], "value": each["Value"], "propagateAtLaunch": each["PropagateAtLaunch"]}
                for each in live.get("Tags", [])
            ],
        }

    def update(self, identifier: str, new: Props, old: Props, changed: frozenset[str], region: str) -> None:
        client = self.aws.client("autoscaling", region)
        if changed & (frozenset(FIELDS) | {"vpcZoneIdentifiers"}):
            client.update_auto_scaling_group(AutoScalingGroupName=identifier, **_wanted(new))
        if "enabledMetrics" in changed:
            self._metrics(client, identifier, old.get("enabledMetrics") or [], new.get("enabledMetrics") or [])
        if "suspendedProcesses" in changed:
            before, after = set(old.get("suspendedProcesses") or []), set(new.get("suspendedProcesses") or [])
            if before - after:
                client.resume_processes(AutoScalingGroupName=identifier, ScalingProcesses=sorted(before - after))
            if after - before:
                client.suspend_processes(AutoScalingGroupName=identifier, ScalingProcesses=sorted(after - before))
        refresh = new.get("instanceRefresh")
        launched = {"launchTemplate", "mixedInstancesPolicy", "vpcZoneIdentifiers", "availabilityZones"}
        if refresh and changed & launched:
            client.start_instance_refresh(AutoScalingGroupName=identifier, Strategy=refresh.get("strategy", "Rolling"))

    def change(self, identifier: str, new: Props, old: Props, old_inputs: Props, ignored: Collection[str] = ()) -> Any:
        if self.meant(new, "tags") != self.meant(old, "tags"):
            client = self.aws.client("autoscaling", new.get("region", ""))
            kept = {each["key"] for each in new.get("tags") or []}
            gone = [{"key": each["key"], "value": ""} for each in old.get("tags") or [] if each["key"] not in kept]
            if gone:
                client.delete_tags(Tags=_tags(identifier, {"tags": gone}))
            if kept:
                client.create_or_update_tags(Tags=_tags(identifier, new))
        return super().change(identifier, new, old, old_inputs, ignored)

    def delete(self, identifier: str, outputs: Props, region: str) -> None:
        client = self.aws.client("autoscaling", region)
        with gone_is_fine("ValidationError"):
            client.delete_auto_scaling_group(AutoScalingGroupName=identifier, ForceDelete=True)


def _wanted(inputs: Props) -> dict[str, Any]:
    wanted = to_wire(FIELDS, only(inputs, FIELDS))
    if inputs.get("vpcZoneIdentifiers"):
        wanted["VPCZoneIdentifier"] = ",".join(inputs["vpcZoneIdentifiers"])
    return {key: _texts(item, key) for key, item in wanted.items()}


def _texts(value: Any, name: str = "") -> Any:
    """Versions and weights are texts on the wire."""
    if isinstance(value, dict):
        return {key: _texts(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [_texts(item) for item in value]
    return str(value) if name in ("Version", "WeightedCapacity", "SpotMaxPrice") else value


def _tags(name: str, inputs: Props) -> list[dict[str, Any]]:
    return [
        {
            "ResourceId": name,
            "ResourceType": "auto-scaling-group",
            "Key": each["key"],
            "Value": each["value"],
            "PropagateAtLaunch": each.get("propagateAtLaunch", False),
        }
        for each in inputs.get("tags") or []
    ]


KINDS: tuple[type[Kind], ...] = (Group,)
