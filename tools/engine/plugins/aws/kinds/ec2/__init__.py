"""EC2: instances, launch templates, volumes, network interfaces, security groups and their rules, single tags."""

from __future__ import annotations

from tools.engine.plugins.aws.kind import Kind
from tools.engine.plugins.aws.kinds.ec2.instance import Instance
from tools.engine.plugins.aws.kinds.ec2.launch_template import LaunchTemplate
from tools.engine.plugins.aws.kinds.ec2.network_interface import NetworkInterface
from tools.engine.plugins.aws.kinds.ec2.security_group import EgressRule, IngressRule, SecurityGroup
from tools.engine.plugins.aws.kinds.ec2.tag import Tag
from tools.engine.plugins.aws.kinds.ec2.volume import Volume

KINDS: tuple[type[Kind], ...] = (
    Instance, LaunchTemplate, NetworkInterface, SecurityGroup, IngressRule, EgressRule, Tag, Volume,
)  # fmt: skip
