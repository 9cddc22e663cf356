"""An instance as its own user data describes it."""

from __future__ import annotations

import base64
import gzip
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import boto3
import yaml

SETTINGS, CONTAINER = "/etc/timescaledb-host/settings", "/etc/timescaledb-host/container"


class NotOurs(Exception):
    """Nothing of ours runs on the instance."""


@dataclass(frozen=True)
class Instance:
    """settings: the boot program's, by name. container: its arguments of ``docker create``. volume: the data volume."""

    id: str
    region: str
    settings: Mapping[str, str]
    container: tuple[str, ...]
    volume: str


def running(instance_id: str, region: str | None) -> Instance:
    """The running instance of an id; raises :class:`NotOurs`."""
    ec2 = boto3.client("ec2", region_name=region)
    found = ec2.describe_instances(Filters=[{"Name": "instance-id", "Values": [instance_id]}])["Reservations"]
    files = _files(_user_data(ec2, found[0]["Instances"][0], region))
    if SETTINGS not in files:
        raise NotOurs(f"{instance_id} runs no boot program of pulumi_timescaledb.")
    settings = dict(word.partition("=")[::2] for word in shlex.split(files[SETTINGS]))
    tag = {"Name": f"tag:{settings['TAG_KEY']}", "Values": [settings["TAG_VALUE"]]}
    volumes = ec2.describe_volumes(Filters=[tag])["Volumes"]
    if len(volumes) != 1:
        raise NotOurs(f"{instance_id} waits for its volume: {len(volumes)} carry the tag {settings['TAG_VALUE']}.")
    options = tuple(files[CONTAINER].splitlines())
    return Instance(instance_id, ec2.meta.region_name, settings, options, volumes[0]["VolumeId"])


def _user_data(ec2: Any, found: Mapping[str, Any], region: str | None) -> str:
    """In base64: the instance's own, else its launch template's, which moto does not hand on to a group's instances."""
    own = ec2.describe_instance_attribute(InstanceId=found["InstanceId"], Attribute="userData")["UserData"]
    if own.get("Value"):
        return str(own["Value"])
    groups = [tag["Value"] for tag in found.get("Tags", ()) if tag["Key"] == "aws:autoscaling:groupName"]
    if not groups:
        raise NotOurs(f"{found['InstanceId']} has no user data.")
    described = boto3.client("autoscaling", region_name=region).describe_auto_scaling_groups(
        AutoScalingGroupNames=groups
    )
    group = described["AutoScalingGroups"][0]
    mixed = group.get("MixedInstancesPolicy", {}).get("LaunchTemplate", {})
    template = group.get("LaunchTemplate") or mixed["LaunchTemplateSpecification"]
    versions = ec2.describe_launch_template_versions(
        LaunchTemplateId=template["LaunchTemplateId"], Versions=[template["Version"]]
    )
    return str(versions["LaunchTemplateVersions"][0]["LaunchTemplateData"]["UserData"])


def _files(packed: str) -> dict[str, str]:
    raw = base64.b64decode(packed)
    text = (gzip.decompress(raw) if raw.startswith(b"\x1f\x8b") else raw).decode()
    if not text.startswith("#cloud-config\n"):
        return {}
    return {each["path"]: each["content"] for each in yaml.safe_load(text)["write_files"]}
