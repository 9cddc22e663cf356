"""An update under the pack, run by the engine against the stand-in: what a rule refuses is not made.

Not proved here: AWS itself, and each rule apart (test_policy.py has them in previews, over the same inputs).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.aws.policy.conftest import copied, named, with_the_library
from tests.engine.aws.stage import Spec, Stage

REFUSED = {("encrypted-volume", "data"): "mandatory"}


def volume(encrypted: bool) -> Spec:
    """A volume that is nobody's data."""
    return ("ebs.Volume", "data", {"availability_zone": "us-east-1a", "size": 1, "type": "gp3", "encrypted": encrypted})


@pytest.mark.sample("aws", of="updates")
def test_an_update_makes_nothing_that_a_rule_refuses(stage: Stage, tmp_path: Path) -> None:
    stage.stack.env.update(with_the_library(stage.stack.env))
    words = ("--policy-pack", str(copied(tmp_path / "policy")))
    stage.declare(volume(encrypted=False))
    done = stage.stack.up(*words)
    assert done.rc != 0
    assert named(done) == REFUSED
    assert stage.client("ec2").describe_volumes()["Volumes"] == []
    stage.declare(volume(encrypted=True))
    done = stage.stack.up(*words)
    assert done.rc == 0, done.output
    assert named(done) == {}
    assert [each["Encrypted"] for each in stage.client("ec2").describe_volumes()["Volumes"]] == [True]
