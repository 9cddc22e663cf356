"""`make audit`: that its tools run on what we write, that a finding is not lost, and that nothing stale is accepted.

Not proved here: what GitHub and AWS themselves make of workflows and policies.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest
import yaml

from tools.audit import command, environment, findings, written
from tools.audit.findings import Accepted, Finding
from tools.local import places
from tools.local.failure import Stop

EXAMPLES = sorted((places.ROOT / "examples" / "github").glob("*.yml"))
BAD_WORKFLOW = """
name: bad
on: pull_request_target
jobs:
  one:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - run: echo ${{ github.event.pull_request.title }}
"""
NO_WORKFLOW = "on: push\njobs: {one: {runs-on: ubuntu-24.04, steps: [{nothing: true}]}}\n"
BAD_POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


needs_tools = pytest.mark.skipif(sys.version_info < environment.OLDEST, reason="the audit's tools need Python 3.11")


@needs_tools
def test_the_audit_finds_nothing_that_is_not_accepted(capsys: pytest.CaptureFixture[str]) -> None:
    """As `make audit` runs it; makes the tools' environment once a machine."""
    assert command.main() == 0, capsys.readouterr().out


@needs_tools
def test_the_audit_sees_what_is_bad(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each of the tools: a right to everything, a workflow that runs strangers' words, one that is none."""
    (tmp_path / "bad.yml").write_text(BAD_WORKFLOW)
    (tmp_path / "none.yml").write_text(NO_WORKFLOW)
    (tmp_path / "ci_setup.json").write_text(json.dumps({"trust": BAD_POLICY, "policy": BAD_POLICY}))
    monkeypatch.setattr(written, "WORKFLOWS", (tmp_path,))
    monkeypatch.setattr(written, "GOLDEN", tmp_path)
    assert command.main() == 1
    said = capsys.readouterr().out
    for word in (
        "checkov CKV_AWS_",
        "zizmor template-injection bad.yml",
        "zizmor unpinned-uses bad.yml",
        "check-jsonschema workflow none.yml",
    ):
        assert word in said
    assert "accepted, and found no more" in said


def test_only_the_same_finding_is_accepted() -> None:
    """By tool, rule and place; an acceptance of nothing is told."""
    found = [Finding("checkov", "A", "x", "says"), Finding("checkov", "A", "y", "says")]
    listed = [Accepted("checkov", "A", "x", "because"), Accepted("zizmor", "B", "x", "because")]
    assert findings.judge(found, listed) == ([found[1]], [listed[1]])


def test_every_acceptance_has_a_reason_that_is_a_sentence() -> None:
    """For whom asks later."""
    listed = findings.accepted()
    assert listed
    assert all(len(each.why.split()) > 8 and each.why.rstrip().endswith(".") for each in listed)


def test_every_policy_that_a_host_gets_is_looked_at() -> None:
    """One resource a golden file, and the pipeline's role."""
    golden = list((places.ROOT / "tests" / "golden").glob("ec2_policy_*.yaml"))
    assert len(written.template()["Resources"]) == len(golden) + 1
    with pytest.raises(Stop):
        command.main(["x"])


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_pins_every_action_and_grants_each_job_what_it_needs(path: Path) -> None:
    """No right for the whole workflow, no secret, no trigger that gives a fork's code rights, a limit of time."""
    said = yaml.safe_load(path.read_text())
    assert said["permissions"] == {}
    assert "secrets." not in path.read_text()
    assert "pull_request_target" not in said[True]  # YAML 1.1 reads `on` so
    for job in said["jobs"].values():
        assert job["timeout-minutes"] <= 60
        assert set(job["permissions"]) <= {"contents", "id-token", "pull-requests"}
        assert job["permissions"].get("contents", "read") == "read"
        uses = [step["uses"] for step in job["steps"] if "uses" in step]
        assert all(re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", each) for each in uses)


def test_the_digest_that_a_deployment_expects_is_cut_from_the_comment_as_we_write_it() -> None:
    """The pattern of deploy.yml on the golden comment, by sed itself."""
    import subprocess

    text = (places.ROOT / "examples" / "github" / "deploy.yml").read_text()
    (pattern,) = re.findall(r"sed -n '(s/.*?/p)'", text)
    for comment in ((written.GOLDEN / "plan.md").read_text(), "### Plan `none-0123456789ab` of stack `a`\n"):
        done = subprocess.run(["sed", "-n", pattern], input=comment, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == comment.split("`")[1]
