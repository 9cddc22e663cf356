"""What is looked at, in the form that the tools read, in a folder of its own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tools.image import recipe
from tools.local import places

GOLDEN = places.ROOT / "tests" / "golden"
WORKFLOWS = (places.ROOT / ".github" / "workflows", places.ROOT / "examples" / "github")


def write(folder: Path) -> None:
    """Workflows, policies and the image's configuration."""
    workflows = folder / ".github" / "workflows"
    workflows.mkdir(parents=True)
    for each in WORKFLOWS:
        for path in sorted(each.glob("*.yml")):
            shutil.copy(path, workflows / path.name)
    (folder / "policies.json").write_text(json.dumps(template(), indent=1), encoding="utf-8")
    dockerfile = "\n".join(["FROM scratch", *recipe.changes("2.19.3")])
    (folder / "Dockerfile").write_text(dockerfile + "\n", encoding="utf-8")


def template() -> Mapping[str, Any]:
    """Every policy document of the golden files as a resource of CloudFormation, which checkov reads; the documents
    themselves are those that tests compare with what is sent."""
    setup = json.loads((GOLDEN / "ci_setup.json").read_text(encoding="utf-8"))
    role = {"AssumeRolePolicyDocument": setup["trust"],
            "Policies": [{"PolicyName": "timescaledb-plan", "PolicyDocument": setup["policy"]}]}  # fmt: skip
    resources: dict[str, Any] = {"CiSetup": {"Type": "AWS::IAM::Role", "Properties": role}}
    for path in sorted(GOLDEN.glob("ec2_policy_*.yaml")):
        name = "".join(word.title() for word in path.stem.split("_"))
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        resources[name] = {
            "Type": "AWS::IAM::Policy",
            "Properties": {"PolicyName": name, "PolicyDocument": document, "Roles": ["host"]},
        }
    return {"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources}
