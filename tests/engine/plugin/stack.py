"""A throw-away project and stack on the real engine."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

LABEL = "pulumi_timescaledb.stack"
PROGRAM = """
import json, pulumi, pulumi_docker as docker
spec = json.load(open("spec.json"))
made = {}
for kind, name, args in spec:
    needs = pulumi.ResourceOptions(depends_on=list(made.values()))
    made[name] = getattr(docker, kind)(name, opts=needs, **args)
if "box" in made:
    pulumi.export("id", made["box"].id)
    pulumi.export("networks", made["box"].network_datas)
"""


class Stack:
    """Runs `pulumi` in a project whose resources are written by `declare`."""

    def __init__(self, root: Path, engine: dict[str, str]) -> None:
        self.key = f"t{uuid.uuid4().hex[:8]}"
        self.folder = root / "project"
        self.folder.mkdir()
        (root / "state").mkdir()
        self.environment = {
            **engine,
            "PULUMI_BACKEND_URL": f"file://{root / 'state'}",
        }
        self.virtualenv(sys.prefix)
        (self.folder / "__main__.py").write_text(PROGRAM)
        self.run("stack", "init", "dev")

    def virtualenv(self, folder: str, toolchain: str = "pip") -> None:
        """Write Pulumi.yaml with these runtime options."""
        options = {"toolchain": toolchain, "virtualenv": folder}
        project = {
            "name": "plugin",
            "runtime": {"name": "python", "options": options},
            "options": {"refresh": "always"},
        }
        (self.folder / "Pulumi.yaml").write_text(json.dumps(project))

    def declare(self, *resources: tuple[str, str, dict[str, Any]]) -> None:
        """Declare (class, resource name, arguments); every resource gets this stack's label unless it has labels."""
        mine = [{"label": LABEL, "value": self.key}]
        spec = [
            (kind, name, args if kind == "RemoteImage" else {"labels": mine, **args}) for kind, name, args in resources
        ]
        (self.folder / "spec.json").write_text(json.dumps(spec))

    def box(self, **changes: Any) -> tuple[str, str, dict[str, Any]]:
        """A container that sleeps, named after the stack."""
        base = {
            "image": "tsdb-test-busybox:one",
            "name": self.key,
            "command": ["/bin/sleep", "1000"],
            "memory": 64,
            "stop_signal": "SIGKILL",
        }
        return ("Container", "box", {**base, **changes})

    def run(self, *command: str, code: int | None = 0, **extra: str) -> str:
        """Run one pulumi command; returns stdout and stderr together."""
        done = subprocess.run(
            [
                shutil.which("pulumi", path=self.environment["PATH"]) or "pulumi",
                *command,
                "--non-interactive",
                "--color",
                "never",
            ],
            cwd=self.folder,
            env={**self.environment, **extra},
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
        output = done.stdout + done.stderr
        assert code is None or done.returncode == code, output
        return output

    def up(self, code: int | None = 0) -> str:
        return self.run("up", "--yes", "--skip-preview", "--stack", "dev", code=code)

    def refused(self) -> str:
        """An `up` that must fail; what it said."""
        output = self.run("up", "--yes", "--skip-preview", "--stack", "dev", code=None)
        assert "error:" in output, output
        return output

    def steps(self) -> dict[str, tuple[str, list[str]]]:
        """What a preview would do: resource name to (operation, changed paths); unchanged resources are left out."""
        events = json.loads(self.run("preview", "--json", "--stack", "dev"))
        return {
            step["urn"].rpartition("::")[2]: (step["op"], sorted(step.get("detailedDiff") or {}))
            for step in events.get("steps", [])
            if step["op"] not in ("same", "refresh", "read")
        }

    def sweep(self, client: Any) -> None:
        """Remove what carries this stack's label, or its name."""
        for one in client.containers.list(all=True, ignore_removed=True):
            if one.labels.get(LABEL) == self.key or one.name.startswith(self.key):
                one.remove(force=True, v=True)
        for kind in (client.networks, client.volumes):
            for one in kind.list():
                if one.name.startswith(self.key):
                    one.remove()
