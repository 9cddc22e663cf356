"""A checkout in which pulumi works under `make env-aws-offline`."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

COMMAND = f"{sys.executable} -m tools.local.commands env-aws-offline"


@dataclass(frozen=True)
class Offline:
    """A checkout under `make env-aws-offline`."""

    folder: Path
    env: Mapping[str, str]

    def pulumi(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run pulumi as a person would under the exports, with more of an environment."""
        return subprocess.run(
            ["pulumi", *words, "--non-interactive"], cwd=self.folder, env={**self.env, **more}, capture_output=True,
            text=True, timeout=600, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def up(self, stack: str, *words: str) -> str:
        """Deploy; the test fails when that fails."""
        done = self.pulumi("up", "--yes", "--skip-preview", "-s", stack, *words)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def refresh(self, stack: str) -> None:
        """Ask what a refresh would find; the test fails when that is anything."""
        done = self.pulumi("refresh", "--preview-only", "--expect-no-changes", "-s", stack)
        assert done.returncode == 0, done.stdout + done.stderr

    def refused(self, stack: str, *words: str) -> str:
        """What a preview that must fail said."""
        done = self.pulumi("preview", "-s", stack, *words)
        assert done.returncode != 0, done.stdout
        return done.stdout + done.stderr

    def steps(self, stack: str) -> dict[str, str]:
        """What a preview would do, by logical name."""
        done = self.pulumi("preview", "--json", "-s", stack)
        assert done.returncode == 0, done.stdout + done.stderr
        quiet = ("same", "refresh", "read")
        steps = json.loads(done.stdout).get("steps") or ()
        return {each["urn"].rpartition("::")[2]: each["op"] for each in steps if each["op"] not in quiet}

    def set(self, stack: str, **settings: str) -> None:
        """Set keys of the stack; an empty text is set as such."""
        for key, value in settings.items():
            done = self.pulumi("config", "set", "--plaintext", f"lighthouse:{key}", value, "-s", stack)
            assert done.returncode == 0, done.stderr

    def outputs(self, stack: str) -> dict[str, Any]:
        """The stack's outputs."""
        found: dict[str, Any] = json.loads(self.pulumi("stack", "output", "--json", "-s", stack).stdout)
        return found

    def state(self, stack: str) -> dict[str, Any]:
        """The stack's state."""
        found: dict[str, Any] = json.loads(self.pulumi("stack", "export", "-s", stack).stdout)
        return found

    def sql(self, stack: str, statement: str) -> None:
        """Run a statement in the stack's database, the way the stack reaches it."""
        program = (
            "import json, sys; from pulumi_timescaledb.database import session; "
            "to = session.Connection.from_args(json.loads(sys.argv[1])); "
            "session.connect(to, autocommit=True).execute(sys.argv[2])"
        )
        given = [json.dumps(self.outputs(stack)["database_connection"]), statement]
        subprocess.run([sys.executable, "-c", program, *given], cwd=self.folder, env=self.env, check=True, timeout=120)

    def client(self, service: str) -> Any:
        """boto3, as an operator has it."""
        return boto3.client(
            service,
            region_name="us-east-1",
            endpoint_url=self.env["AWS_ENDPOINT_URL"],
            aws_access_key_id="stand-in",
            aws_secret_access_key="stand-in",
        )


@contextmanager
def exported(folder: Path, engine: Mapping[str, str]) -> Iterator[Offline]:
    """Those exports in a copy of the project; the stand-in and its databases are gone afterwards.

    Args:
        folder: the copy.
        engine: environment in which pulumi is found.

    Raises:
        RuntimeError: the stand-in did not start.
    """
    environment = {key: value for key, value in engine.items() if not key.startswith(("PULUMI_", "AWS_"))}
    path = f"{Path(sys.executable).parent}:{environment['PATH']}"
    environment |= {"PYTHONPATH": f"{folder}:{folder}/components", "PATH": path}
    script = f'exports=$({COMMAND}) && eval "$exports" && env -0'
    done = subprocess.run(
        ["sh", "-ec", script], cwd=folder, env=environment, capture_output=True, text=True, timeout=900, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"the stand-in for AWS did not start: {done.stderr}")
    found = dict(word.partition("=")[::2] for word in done.stdout.split("\0") if word)
    try:
        yield Offline(folder, found)
    finally:
        subprocess.run(["sh", "-ec", f"{COMMAND} stop"], cwd=folder, env=environment, check=True, timeout=120)
