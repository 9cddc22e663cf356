"""The step of examples/github that a fork's pull request runs, on the project itself and the real engine.

Not proved here: the jobs that need an account (their commands are those of test_plan_as), and GitHub's own machine.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import yaml

from tests.support.fix_local import project_copy
from tools.local import places


def test_a_fork_plans_without_account_password_or_database(engine: dict[str, str], tmp_path: Path) -> None:
    """The shell of the example to the letter: a plan of everything, which says that no database was looked at."""
    jobs = yaml.safe_load((places.ROOT / "examples" / "github" / "preview.yml").read_text())["jobs"]
    step = jobs["fork"]["steps"][-1]
    project = project_copy(tmp_path / "project")
    (tmp_path / "runner").mkdir()
    summary = tmp_path / "summary.md"
    commands = tmp_path / "commands"
    commands.mkdir()
    tsdb = commands / "tsdb"
    tsdb.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m pulumi_timescaledb.cli.main "$@"\n')
    tsdb.chmod(0o755)
    mine = {key: value for key, value in engine.items() if not key.startswith(("AWS_", "PULUMI_BACKEND"))}
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],  # as GitHub's machines run it
        cwd=project,
        env={**mine, **step["env"], "RUNNER_TEMP": str(tmp_path / "runner"), "GITHUB_STEP_SUMMARY": str(summary),
             "PATH": f"{commands}{os.pathsep}{mine['PATH']}", "AWS_EC2_METADATA_DISABLED": "true"},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    said = summary.read_text()
    assert "database not read" in said
    assert "of stack `offline`" in said
    assert "docker:index/container:Container" in said
