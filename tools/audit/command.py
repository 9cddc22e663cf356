"""The wiring of ``make audit``."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from tools.audit import environment, findings, written
from tools.audit.findings import Finding
from tools.local import process
from tools.local.failure import Stop

# offline, and without its maker's service: severities and links would come from there
_CHECKOV = ("--directory", ".", "--framework", "github_actions", "cloudformation", "dockerfile",
            "--skip-download", "--quiet", "--output", "json")  # fmt: skip


def main(arguments: Sequence[str] = ()) -> int:
    """Look, print what is not accepted or no more found, and return 0 or 1. Raises Stop where a tool did not run."""
    if arguments:
        raise Stop(f"make audit takes no argument {arguments[0]!r}: it looks at everything.")
    programs = environment.prepare()
    with tempfile.TemporaryDirectory(prefix="tsdb-audit-") as name:
        folder = Path(name)
        written.write(folder)
        found = list(_found(programs, folder))
    new, stale = findings.judge(found, findings.accepted())
    for finding in new:
        sys.stdout.write(f"{finding.tool} {finding.check} {finding.where}: {finding.says}\n")
    for entry in stale:
        sys.stdout.write(f"{entry.tool} {entry.check} {entry.where}: accepted, and found no more; take it out\n")
    sys.stdout.write(f"audit: {len(found)} found, {len(found) - len(new)} of them accepted with a reason\n")
    return 1 if new or stale else 0


def _found(programs: Path, folder: Path) -> Iterator[Finding]:
    workflows = sorted(map(str, (folder / ".github" / "workflows").glob("*.yml")))
    checked = _run(programs, folder, "checkov", *_CHECKOV)
    if not findings.examined(checked):
        raise Stop("checkov examined nothing: the folder it was given is not what it reads.")
    yield from findings.of_checkov(checked)
    schema = ("--builtin-schema", "vendor.github-workflows", "--output-format", "json")
    wrong = list(findings.of_schema(_run(programs, folder, "check-jsonschema", *schema, *workflows)))
    yield from wrong
    # zizmor reads all of its files or none
    sound = [path for path in workflows if Path(path).name not in {each.where for each in wrong}]
    if sound:
        offline = ("--offline", "--no-progress", "--no-exit-codes", "--format", "json-v1")
        yield from findings.of_zizmor(_run(programs, folder, "zizmor", *offline, *sound))


def _run(programs: Path, folder: Path, name: str, *arguments: str) -> str:
    """What a tool printed; whether it found something is read from that, and not from its exit code."""
    command = [str(programs / name), *arguments]
    environ = {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', os.defpath)}", "NO_COLOR": "1"}
    code, out = process.run(command, what=f"running {name}", env=environ, cwd=folder, check=False)
    start = min((place for sign in "{[" if (place := out.find(f"\n{sign}")) >= 0), default=-1) + 1
    if not out[start:].lstrip().startswith(("{", "[")):
        raise Stop(f"{name} ended with {code} and said no JSON: {out.strip()[-300:]}")
    return out[start:]
