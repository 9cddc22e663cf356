"""`make env-aws-offline`: its exports are enough for pulumi on the stacks dev and prod, and the checkout stays clean.

Runs a small program in the place of Lighthouse's own, whose host has tests of its own.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.fix_local import project_copy
from tools.local import aws_offline

PROGRAM = """
import pulumi
import pulumi_aws as aws

bucket = aws.s3.Bucket("archive", force_destroy=True)
pulumi.export("bucket", bucket.bucket)
"""


def run(folder: Path, script: str, engine: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """A shell script in the project's folder, as a person would type it."""
    environment = {**engine, "PYTHONPATH": str(folder), "PATH": f"{Path(sys.executable).parent}:{engine['PATH']}"}
    for name in [name for name in environment if name.startswith("PULUMI_")]:
        del environment[name]
    return subprocess.run(
        ["sh", "-ec", script], cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.mark.sample("aws", of="commands")
def test_the_exports_are_enough_for_both_stacks_and_leave_the_checkout_clean(
    tmp_path: Path, engine: dict[str, str]
) -> None:
    folder = project_copy(tmp_path / "clone")
    (folder / "__main__.py").write_text(PROGRAM)
    before = {path.name: path.read_text() for path in folder.glob("Pulumi*.yaml")}
    command = f"{sys.executable} -m tools.local.commands env-aws-offline"
    exports = f'eval "$({command})"; '
    try:
        up = run(folder, exports + "pulumi up --yes --skip-preview -s dev && pulumi preview -s prod", engine)
        assert up.returncode == 0, up.stdout + up.stderr
        assert "This is NOT AWS" in up.stderr
        again = run(folder, exports + "pulumi preview --expect-no-changes -s dev", engine)
        assert again.returncode == 0, again.stdout + again.stderr
        ended = run(folder, f"{command} stop", engine)
        assert ended.returncode == 0, ended.stderr
        # the next one is an empty account, in which nothing of the stack is to be found, repaired or destroyed
        anew = run(folder, exports + "pulumi stack -s dev && pulumi up --yes --skip-preview -s dev", engine)
        assert anew.returncode == 0, anew.stdout + anew.stderr
        assert "Current stack resources (0)" in anew.stdout
        gone = run(folder, exports + "pulumi destroy --yes --skip-preview -s dev", engine)
        assert gone.returncode == 0, gone.stdout + gone.stderr
        assert {path.name: path.read_text() for path in folder.glob("Pulumi*.yaml")} == before
        process = int((folder / ".local" / "aws" / "server").read_text().split()[0])
    finally:
        stopped = run(folder, f"{command} stop", engine)
    assert stopped.returncode == 0, stopped.stderr
    assert not aws_offline._is_ours(process)  # its port may be another stand-in's by now
