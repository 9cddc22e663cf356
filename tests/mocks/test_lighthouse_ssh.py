"""Lighthouse's program on AWS where somebody comes by SSH: a key pair, sources of the internal network, and the way.

Not proved here: that sshd on the host takes the key; tests/database/test_tunnel.py has the way itself.
"""

from __future__ import annotations

import pulumi
import pytest

from tests.mocks.test_lighthouse import DYNAMIC
from tests.mocks.test_lighthouse_aws import place, stack

__all__ = ["place"]
BASTION = "sg-0000000000000000b"
SOURCES = f"{BASTION} 10.20.0.0/16"


@pytest.mark.parametrize(("name", "host"), [("prod", "lighthouse-host-instance"), ("dev", "lighthouse-host-template")])
def test_the_settings_reach_the_host(name: str, host: str) -> None:
    """Port 22 for each source, the key pair on demand and as spot, and every object of the database by that way."""
    made = stack(name, via="ssh:lighthouse", key_name="operators", ssh_clients=SOURCES)
    rules = {
        key.removeprefix("lighthouse-security-in-"): each["inputs"]
        for key, each in made["resources"].items()
        if key.startswith("lighthouse-security-in-") and each["inputs"]["fromPort"] == 22
    }
    assert sorted(rules) == ["10-20-0-0-16-ssh", f"{BASTION}-ssh"]
    assert rules["10-20-0-0-16-ssh"]["cidrIpv4"] == "10.20.0.0/16"
    assert rules[f"{BASTION}-ssh"]["referencedSecurityGroupId"] == BASTION
    assert made["resources"][host]["inputs"]["keyName"] == "operators"
    ways = {
        each["inputs"]["connection"]["via"]
        for each in made["resources"].values()
        if each["type"].startswith(DYNAMIC) and "connection" in each["inputs"]
    }
    assert ways == {"ssh:lighthouse"}
    assert made["outputs"]["ssh_command"].startswith("ssh ec2-user@")


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_without_them_nobody_comes_by_ssh(name: str) -> None:
    """Neither a rule nor a key pair."""
    made = stack(name)
    given = [each.get("inputs", {}) for each in made["resources"].values()]
    assert not [inputs for inputs in given if inputs.get("fromPort") == 22 or "keyName" in inputs]
    assert made["outputs"]["ssh_command"].startswith("aws ssm start-session ")


@pytest.mark.parametrize(
    ("sources", "name", "block"),
    [
        ("198.51.100.7/32", "198-51-100-7-32", "198.51.100.7/32"),
        ("10.20.0.0/16 0.0.0.0/0", "0-0-0-0-0", "0.0.0.0/0"),
        ("2001:db8::/32", f"20010db8{'0' * 24}-32", "2001:db8::/32"),
    ],
)
def test_a_public_source_is_refused_as_the_component_refuses_it(sources: str, name: str, block: str) -> None:
    """One sentence: who was meant, why not, what to do."""
    with pytest.raises(pulumi.RunError) as caught:
        stack("prod", ssh_clients=sources)
    sentence = str(caught.value)
    assert sentence.startswith(f'ssh_clients["{name}"] is {block}, which is not a private network; ')
    assert sentence.endswith("use Session Manager, which needs no port")
    assert "\n" not in sentence
