"""The workflows of examples/github: what they name is there, and deploying finds the comment that previewing wrote.

Their shell is run to the letter against a ``gh`` of our own, which keeps comments in a file and leaves ``--jq`` to jq.
Not proved here: GitHub's own machines and rights, and pip's installing of what requirements.txt names.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools.local import packages, places

EXAMPLES = sorted((places.ROOT / "examples" / "github").glob("*.yml"))
MARK, BOT = "<!-- tsdb plan -->", "github-actions[bot]"
DIGEST, OTHER = "0123456789ab-0123456789ab", "ba9876543210-ba9876543210"
GH = f"""#!{sys.executable}
import json, os, pathlib, subprocess, sys
words = sys.argv[1:]
def option(name):
    return words[words.index(name) + 1] if name in words else ""
assert words[0] == "api", words
kept = pathlib.Path(os.environ["COMMENTS"])
comments = json.loads(kept.read_text())
path = next(word for word in words if word.startswith("repos/o/r/"))
if path.endswith("/pulls"):
    answer = [{{"number": 7}}]
elif option("--method"):
    key, _, file = option("--field").partition("=@")
    assert key == "body", words
    body = pathlib.Path(file).read_text().strip()
    if option("--method") == "POST":
        assert path == "repos/o/r/issues/7/comments", path
        number = max((each["id"] for each in comments), default=0) + 1
        comments.append({{"id": number, "user": {{"login": "{BOT}"}}, "body": body}})
    else:
        (mine,) = [each for each in comments if path == f"repos/o/r/issues/comments/{{each['id']}}"]
        mine["body"] = body
    kept.write_text(json.dumps(comments))
    sys.exit(0)
else:
    assert path == "repos/o/r/issues/7/comments" and "--paginate" in words, words
    answer = comments
sys.exit(subprocess.run(["jq", "-r", option("--jq")], input=json.dumps(answer), text=True).returncode)
"""


def jobs(name: str) -> dict[str, Any]:
    """The jobs of an example."""
    return dict(yaml.safe_load((places.ROOT / "examples" / "github" / name).read_text(encoding="utf-8"))["jobs"])


def plan(digest: str) -> str:
    """A plan as a comment, in which a table quotes the heading of another."""
    return f"### Plan `{digest}` of stack `prod`\n\n**nothing changes**\n\n### Plan `{OTHER}` of stack `prod`\n"


class Pulls:
    """One pull request, with the workflows' steps on it."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._kept = folder, folder / "comments.json"
        self.say()
        (folder / "bin").mkdir()
        (folder / "bin" / "gh").write_text(GH)
        (folder / "bin" / "gh").chmod(0o755)

    def say(self, *comments: tuple[str, str]) -> None:
        """Let the comments of the pull request be these: who, what."""
        said = [{"id": 10 + at, "user": {"login": who}, "body": body} for at, (who, body) in enumerate(comments)]
        self._kept.write_text(json.dumps(said))

    @property
    def bodies(self) -> list[str]:
        """The comments as they are."""
        return [each["body"] for each in json.loads(self._kept.read_text())]

    def preview(self, text: str) -> None:
        """The job that writes the comment, on what the job before it made."""
        (self._folder / "plan.md").write_text(text)
        done = self._run(jobs("preview.yml")["comment"]["steps"][-1]["run"])
        assert done.returncode == 0, done.stderr

    def deploy(self) -> str:
        """The digest that the deployment would take; empty where it stops."""
        output = self._folder / "output"
        output.write_text("")
        done = self._run(jobs("deploy.yml")["approved"]["steps"][0]["run"], GITHUB_OUTPUT=str(output))
        found = output.read_text().removeprefix("digest=").strip()
        assert (done.returncode == 0) is bool(found), done.stdout + done.stderr
        assert found or "has no comment with a plan" in done.stdout
        return found

    def _run(self, script: str, **more: str) -> subprocess.CompletedProcess[str]:
        environment = {
            **os.environ, "PATH": f"{self._folder / 'bin'}{os.pathsep}{packages.search_path()}", "NUMBER": "7",
            "GITHUB_REPOSITORY": "o/r", "GITHUB_SHA": "0" * 40, "COMMENTS": str(self._kept), **more,
        }  # fmt: skip
        command = ["bash", "--noprofile", "--norc", "-e", "-c", script]  # as GitHub runs a step that names no shell
        return subprocess.run(
            command, cwd=self._folder, env=environment, capture_output=True, text=True, timeout=60, check=False
        )


@pytest.fixture
def pulls(tmp_path: Path) -> Pulls:
    """A pull request without comments."""
    if shutil.which("jq", path=packages.search_path()) is None:
        if not packages.can_install():
            pytest.skip("the workflows' comments need jq, and installing it Debian or Ubuntu and root")
        packages.install("jq", say=lambda text: None)
    return Pulls(tmp_path)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_every_file_that_a_workflow_names_is_there(path: Path) -> None:
    """At the root of the project; and its header says that it is expected."""
    text = path.read_text(encoding="utf-8")
    installed = re.findall(r"--requirement (\S+)", text)
    assert installed
    for name in [*installed, "Pulumi.yaml"]:
        assert (places.ROOT / name).is_file(), name
        assert name in text.partition("\nname:")[0], f"{path.name} does not say at its top that it takes {name}"


def test_requirements_install_the_project_with_every_target() -> None:
    """From whichever registry the machine uses, at the versions that are tested."""
    lines = (places.ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    said = [line for line in lines if line and not line.startswith("#")]
    assert said == ["--constraint constraints.txt", ".[aws,docker]"]
    assert (places.ROOT / "constraints.txt").is_file()
    project = (places.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert re.findall(r"^(aws|docker) = \[", project, re.MULTILINE) == ["docker", "aws"]


@pytest.mark.parametrize("name", ["preview.yml", "versions.yml"])
def test_keys_of_lighthouse_are_said_to_be_such(name: str) -> None:
    """Another program refuses or ignores them."""
    text = (places.ROOT / "examples" / "github" / name).read_text(encoding="utf-8")
    assert "pulumi config set" in text
    assert re.search(r"keys.*Lighthouse", text.partition("\nname:")[0], re.DOTALL)


def test_the_same_comment_is_written_anew_and_found_again(pulls: Pulls) -> None:
    """The first line is hidden, and the digest is the heading's alone."""
    pulls.preview(plan(OTHER))
    pulls.preview(plan(DIGEST))
    assert pulls.bodies == [f"{MARK}\n{plan(DIGEST)}".strip()]
    assert pulls.deploy() == DIGEST


def test_comments_of_others_stay_and_approve_nothing(pulls: Pulls) -> None:
    """Of another workflow, which has the same account, and of a person who copies the mark."""
    others = [(BOT, "lint: all good"), ("mallory", f"{MARK}\n{plan(OTHER)}"), (BOT, plan(OTHER))]
    pulls.say(*others)
    assert pulls.deploy() == ""
    pulls.preview(plan(DIGEST))
    assert pulls.bodies[:3] == [body for _, body in others]
    assert pulls.deploy() == DIGEST
    pulls.preview(plan(OTHER))
    assert len(pulls.bodies) == 4
    assert pulls.deploy() == OTHER


def test_of_two_comments_with_the_mark_the_last_one_counts(pulls: Pulls) -> None:
    """Two runs may have made one each; what is written anew is what is deployed."""
    pulls.say((BOT, f"{MARK}\n{plan(OTHER)}"), (BOT, f"{MARK}\n{plan(OTHER)}"))
    pulls.preview(plan(DIGEST))
    assert pulls.bodies[0] == f"{MARK}\n{plan(OTHER)}"
    assert pulls.deploy() == DIGEST


def test_where_there_is_no_plan_an_older_one_is_not_deployed(pulls: Pulls) -> None:
    """A preview that could not be made leaves an empty file."""
    pulls.preview(plan(DIGEST))
    pulls.preview("")
    assert pulls.bodies == [f"{MARK}\nThere is no plan: the log of the job says why."]
    assert pulls.deploy() == ""
