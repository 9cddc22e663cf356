"""EC2: the description of a rule whose source is a security group or a prefix list, which moto forgets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tools.engine.plugins.aws.server.patching import wrap


def change() -> None:
    """Make the changes."""
    from moto.ec2.models import EC2Backend

    for direction in ("ingress", "egress"):

        @wrap(EC2Backend, f"authorize_security_group_{direction}")
        def authorize(old: Callable[..., Any], self: Any, *arguments: Any, **named: Any) -> Any:
            rules, group = old(*arguments, **named)
            sources = [*(named.get("source_groups") or ()), *(named.get("prefix_list_ids") or ())]
            described = [each["Description"] for each in sources if each.get("Description")]
            for rule in rules:
                if described and not rule.ip_range:
                    rule.ip_range = {"Description": described[0]}
            return rules, group
