"""aws.ec2.getInstance, getInstances and getInstanceType."""

from __future__ import annotations

from typing import Any

from tools.engine.common.values import Props
from tools.engine.plugins.aws import tags
from tools.engine.plugins.aws.errors import PluginError
from tools.engine.plugins.aws.functions.ec2 import client_of, filters, renamed
from tools.engine.plugins.aws.session import Aws


def instance(aws: Aws, arguments: Props) -> Props:
    """One instance that is not terminated, by id, filters or tags."""
    asked: dict[str, Any] = {"Filters": filters(arguments, tags_of="instanceTags")}
    if arguments.get("instanceId"):
        asked["InstanceIds"] = [arguments["instanceId"]]
    reservations = client_of(aws, arguments).describe_instances(**asked)["Reservations"]
    found = [each for held in reservations for each in held["Instances"] if each["State"]["Name"] != "terminated"]
    if len(found) != 1:
        raise PluginError(f"ec2.getInstance: {len(found)} instances fit where one must: change the filters")
    live = found[0]
    names: tuple[str, ...] = ("InstanceType", "KeyName", "EbsOptimized", "SourceDestCheck", "SubnetId")
    return {
        **arguments,
        **renamed(live, names),
        "id": live["InstanceId"],
        "instanceId": live["InstanceId"],
        "ami": live["ImageId"],
        "arn": aws.arn("ec2", f"instance/{live['InstanceId']}"),
        "availabilityZone": live["Placement"]["AvailabilityZone"],
        "associatePublicIpAddress": bool(live.get("PublicIpAddress")),
        "iamInstanceProfile": (live.get("IamInstanceProfile") or {}).get("Arn", "").rpartition("/")[2],
        "instanceState": live["State"]["Name"],
        "instanceTags": tags.plain(live.get("Tags") or []),
        "monitoring": live["Monitoring"]["State"] == "enabled",
        "networkInterfaceId": next((each["NetworkInterfaceId"] for each in live.get("NetworkInterfaces", [])), None),
        "privateDns": live.get("PrivateDnsName"),
        "privateIp": live.get("PrivateIpAddress"),
        "publicDns": live.get("PublicDnsName"),
        "publicIp": live.get("PublicIpAddress") or "",
        "tags": tags.plain(live.get("Tags") or []),
        "vpcSecurityGroupIds": [each["GroupId"] for each in live.get("SecurityGroups", [])],
    }


def instances(aws: Aws, arguments: Props) -> Props:
    """Ids and addresses; running instances alone unless other states are asked for."""
    states = arguments.get("instanceStateNames") or ["running"]
    asked = [*filters(arguments, tags_of="instanceTags"), {"Name": "instance-state-name", "Values": states}]
    found = [
        each
        for held in client_of(aws, arguments).describe_instances(Filters=asked)["Reservations"]
        for each in held["Instances"]
    ]
    return {
        **arguments,
        "id": aws.region,
        "ids": [each["InstanceId"] for each in found],
        "instanceTags": arguments.get("instanceTags") or {},
        "ipv6Addresses": [each["Ipv6Address"] for each in found if each.get("Ipv6Address")],
        "privateIps": [each["PrivateIpAddress"] for each in found if each.get("PrivateIpAddress")],
        "publicIps": [each["PublicIpAddress"] for each in found if each.get("PublicIpAddress")],
    }


def instance_type(aws: Aws, arguments: Props) -> Props:
    """What a type has: processors, memory, its EBS baseline, its architectures."""
    name = arguments["instanceType"]
    live = client_of(aws, arguments).describe_instance_types(InstanceTypes=[name])["InstanceTypes"][0]
    disk = (live.get("EbsInfo") or {}).get("EbsOptimizedInfo") or {}
    processor, net = live.get("ProcessorInfo") or {}, live.get("NetworkInfo") or {}
    return {
        **arguments,
        **renamed(live, ("BareMetal", "CurrentGeneration", "FreeTierEligible", "Hypervisor")),
        "id": name,
        "burstablePerformanceSupported": live.get("BurstablePerformanceSupported"),
        "defaultCores": (live.get("VCpuInfo") or {}).get("DefaultCores"),
        "defaultVcpus": (live.get("VCpuInfo") or {}).get("DefaultVCpus"),
        "ebsOptimizedSupport": (live.get("EbsInfo") or {}).get("EbsOptimizedSupport"),
        "ebsPerformanceBaselineBandwidth": disk.get("BaselineBandwidthInMbps"),
        "ebsPerformanceBaselineIops": disk.get("BaselineIops"),
        "ebsPerformanceBaselineThroughput": disk.get("BaselineThroughputInMBps"),
        "ebsPerformanceMaximumBandwidth": disk.get("MaximumBandwidthInMbps"),
        "ebsPerformanceMaximumIops": disk.get("MaximumIops"),
        "ebsPerformanceMaximumThroughput": disk.get("MaximumThroughputInMBps"),
        "maximumIpv4AddressesPerInterface": net.get("Ipv4AddressesPerInterface"),
        "maximumNetworkInterfaces": net.get("MaximumNetworkInterfaces"),
        "memorySize": (live.get("MemoryInfo") or {}).get("SizeInMiB"),
        "networkPerformance": net.get("NetworkPerformance"),
        "supportedArchitectures": processor.get("SupportedArchitectures"),
        "supportedUsagesClasses": live.get("SupportedUsageClasses"),
        "supportedVirtualizationTypes": live.get("SupportedVirtualizationTypes"),
        "sustainedClockSpeed": processor.get("SustainedClockSpeedInGhz"),
    }


FUNCTIONS = {
    "aws:ec2/getInstance:getInstance": instance,
    "aws:ec2/getInstances:getInstances": instances,
    "aws:ec2/getInstanceType:getInstanceType": instance_type,
}
