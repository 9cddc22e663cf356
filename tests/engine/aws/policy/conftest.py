"""The pack with an environment of its own, made once and kept in the cache, and a stack to preview with it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.engine.aws.stage import Stage
from tests.support.fix_local import Completed
from tools.local import lock, places

PACK = places.ROOT / "policy"
PROGRAM = Path(__file__).with_name("program.py")
_VIOLATION = re.compile(r"- \[(mandatory|advisory)\] \[severity: \w+\]  (\S+)  \((\S+): (.+)\)")


def environment() -> Path:
    """A virtual environment with what the pack's requirements name, but for the library, which PYTHONPATH brings."""
    lines = (PACK / "requirements.txt").read_text(encoding="utf-8").splitlines()
    wanted = [each for each in lines if each and each != ".." and not each.startswith("#")]
    mark = hashlib.sha256(f"{sys.version} {sys.base_prefix} {wanted}".encode()).hexdigest()[:12]
    folder = places.cache() / f"policy-{mark}"
    with lock.waiting(places.cache() / f"policy-{mark}.lock"):
        if not (folder / "complete").exists():
            shutil.rmtree(folder, ignore_errors=True)
            subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
            command = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-input", *wanted]
            subprocess.run(command, check=True)
            (folder / "complete").touch()
    return folder


def copied(target: Path) -> Path:
    """Copy the pack to a folder and let it run in the cached environment."""
    shutil.copytree(PACK, target, ignore=shutil.ignore_patterns(".venv", "__pycache__"))
    file = target / "PulumiPolicy.yaml"
    text = file.read_text(encoding="utf-8")
    assert "virtualenv: .venv" in text
    file.write_text(text.replace("virtualenv: .venv", f"virtualenv: {environment()}"), encoding="utf-8")
    return target


def with_the_library(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment in which the pack finds the library, which the cached one does not hold."""
    paths = [str(places.ROOT / "components"), environment.get("PYTHONPATH", "")]
    return {**environment, "PYTHONPATH": os.pathsep.join(filter(None, paths))}


@dataclass(frozen=True)
class Pack:
    """A copy of the pack that names the cached environment, and a project whose program is `program.py`."""

    folder: Path
    stage: Stage

    def preview(self, wrong: str, options: Mapping[str, Any]) -> Completed:
        """Preview the program with the pack; options: of rules, by name."""
        config = self.folder / "config.json"
        config.write_text(json.dumps(options), encoding="utf-8")
        self.stage.stack.config("wrong", wrong)
        words = ("--policy-pack", str(self.folder / "policy"), "--policy-pack-config", str(config))
        return self.stage.stack.preview(*words)


def named(done: Completed) -> dict[tuple[str, str], str]:
    """Each rule in a preview's report with the resource that it names, and its level."""
    return {(rule, name): level for level, rule, _, name in _VIOLATION.findall(done.output)}


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory, engine_with_aws: dict[str, str], endpoint: str) -> Pack:
    """The pack and its project, at an empty server."""
    folder = tmp_path_factory.mktemp("policy")
    copied(folder / "policy")
    project = folder / "project"
    project.mkdir()
    made = Stage(project, with_the_library(engine_with_aws), endpoint)
    made.reset()
    _way_out(made)
    (project / "__main__.py").write_text(PROGRAM.read_text(encoding="utf-8"), encoding="utf-8")
    password = project / "password"
    password.touch(0o600)
    password.write_text("for nobody\n", encoding="utf-8")
    return Pack(folder, made)


def _way_out(stage: Stage) -> None:
    """A route to a NAT gateway, so that the host of the program needs no public address."""
    ec2 = stage.client("ec2")
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    gateway = ec2.create_nat_gateway(SubnetId=subnet, ConnectivityType="private")["NatGateway"]["NatGatewayId"]
    for table in ec2.describe_route_tables()["RouteTables"]:
        there = {"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": gateway}
        ec2.create_route(RouteTableId=table["RouteTableId"], **there)
