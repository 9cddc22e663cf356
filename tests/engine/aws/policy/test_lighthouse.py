"""Lighthouse's own stacks dev and prod under the pack, previewed by the engine before anything of them exists.

The stand-in for AWS answers. Not proved here: an update under the pack.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.engine.aws import test_lighthouse_aws
from tests.engine.aws.offline import Offline
from tests.engine.aws.policy.conftest import copied, named
from tests.support.fix_local import Completed

checkout = test_lighthouse_aws.offline


def preview(checkout: Offline, folder: Path, stack: str, dollars: float | None) -> Completed:
    """A preview under the pack, with a budget or without any configuration."""
    words = ["--policy-pack", str(copied(folder / "policy"))]
    if dollars is not None:
        config = folder / "config.json"
        config.write_text(json.dumps({"monthly-budget": {"usd_per_month": dollars}}), encoding="utf-8")
        words += ["--policy-pack-config", str(config)]
    done = checkout.pulumi("preview", "-s", stack, *words)
    return Completed(done.returncode, done.stdout, done.stderr)


@pytest.mark.sample("aws", of="updates")
@pytest.mark.parametrize(("stack", "dollars"), [("dev", None), ("prod", 70)])
def test_the_stack_passes_every_mandatory_rule(
    checkout: Offline, tmp_path: Path, stack: str, dollars: float | None
) -> None:
    """The dev host has the public address that its settings ask for, which the pack may only remark on."""
    done = preview(checkout, tmp_path, stack, dollars)
    assert done.rc == 0, done.output
    assert "timescaledb@v" in done.output
    remarks = {("no-public-address", "lighthouse-host-template"): "advisory"}
    assert named(done) == (remarks if stack == "dev" else {})
