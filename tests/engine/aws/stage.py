"""A project whose resources are written as data, its stack, and boto3 at the same server."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests

from tests.support.fix_local import Completed, Stack, virtualenv

PROGRAM = """
import json
import pulumi
import pulumi_aws as aws

made = {}


def value(given):
    if isinstance(given, dict):
        if set(given) == {"of"}:
            name, _, attribute = given["of"].partition(".")
            return getattr(made[name], attribute)
        return {key: value(item) for key, item in given.items()}
    return [value(item) for item in given] if isinstance(given, list) else given


for path, name, arguments, options in json.load(open("spec.json")):
    kind = aws
    for part in path.split("."):
        kind = getattr(kind, part)
    needs = [made[other] for other in options.pop("after", [])]
    made[name] = kind(name, opts=pulumi.ResourceOptions(depends_on=needs, **options), **value(arguments))
    if hasattr(made[name], "id"):
        pulumi.export(name, made[name].id)
for name, call, arguments in json.load(open("calls.json")):
    kind = aws
    for part in call.split("."):
        kind = getattr(kind, part)
    answer = kind(**arguments)
    pulumi.export(name, {key.lstrip("_"): item for key, item in vars(answer).items()})
"""
Spec = tuple[Any, ...]


class Stage:
    """Declares, runs pulumi, and looks at what the server holds."""

    def __init__(self, folder: Path, engine: Mapping[str, str], endpoint: str) -> None:
        self.folder, self.endpoint = folder, endpoint
        (folder / "__main__.py").write_text(PROGRAM)
        (folder / "calls.json").write_text("[]")
        (folder / "state").mkdir()
        runtime = {"name": "python", "options": {"toolchain": "pip", "virtualenv": str(virtualenv())}}
        (folder / "Pulumi.yaml").write_text(
            json.dumps({"name": "stand-in", "runtime": runtime, "options": {"refresh": "always"}})
        )
        mine = {key: item for key, item in engine.items() if not key.startswith("AWS_")}
        state = {"PULUMI_BACKEND_URL": f"file://{folder / 'state'}"}
        self.stack = Stack(folder, {**mine, **state, **credentials(endpoint)}, "dev")

    def declare(self, *resources: Spec) -> None:
        """Write the program: (class, name, arguments[, options])."""
        full = [each if len(each) == 4 else (*each, {}) for each in resources]
        (self.folder / "spec.json").write_text(json.dumps(full))

    def ask(self, *calls: Spec) -> None:
        """Let the program call functions too: (name of the output, function, arguments)."""
        (self.folder / "calls.json").write_text(json.dumps(calls))

    def up(self) -> Completed:
        """Deploy, and fail the test when that fails."""
        done = self.stack.up()
        assert done.rc == 0, done.output
        return done

    def refused(self, *arguments: str) -> str:
        """A preview, or an `up` (first argument), that must fail; what it said."""
        done = self.stack.up() if arguments == ("up",) else self.stack.preview(*arguments)
        assert done.rc != 0, done.output
        return done.output

    def steps(self) -> dict[str, str]:
        """What a preview would do, by the resource's name, without those that stay the same."""
        done = self.stack.run("preview", "--json")
        assert done.rc == 0, done.output
        steps = {step["urn"].rpartition("::")[2]: step["op"] for step in json.loads(done.stdout).get("steps", ())}
        return {name: op for name, op in steps.items() if op not in ("same", "refresh", "read")}

    def quiet(self) -> None:
        """Fail the test when a preview would do anything, with what it would do."""
        done = self.stack.preview("--diff", "--expect-no-changes")
        assert done.rc == 0, done.output

    def changed(self, name: str) -> set[str]:
        """The paths that a preview would change in one resource."""
        done = self.stack.run("preview", "--json")
        steps = json.loads(done.stdout)["steps"]
        found = [step for step in steps if step["urn"].endswith(f"::{name}") and step["op"] != "refresh"]
        return {path for step in found for path in step.get("detailedDiff") or {}}

    def destroy(self) -> None:
        """Remove everything."""
        done = self.stack.destroy()
        assert done.rc == 0, done.output

    def client(self, service: str, region: str = "us-east-1") -> Any:
        """boto3, as an operator has it."""
        import boto3

        keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
        return boto3.client(service, region_name=region, endpoint_url=self.endpoint, **keys)

    def reset(self) -> None:
        """Make the server as it was at its start."""
        answer = requests.post(f"{self.endpoint}/moto-api/reset", timeout=30)
        assert answer.status_code == 200


def credentials(endpoint: str) -> dict[str, str]:
    """What the plugin and boto3 find in the environment."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "stand-in",
        "AWS_SECRET_ACCESS_KEY": "stand-in",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
