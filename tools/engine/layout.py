"""The folder a built engine lives in: `bin/` for PATH, `venv/` and `lib/` beside it.

Launchers find both relative to themselves, so the folder may be renamed (it is built under another name) and nothing
in it
points at the clone it came from.
"""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

SOURCES = (
    "__init__.py", "run.py", "dynamic.py", "common", "language_host", "plugins/__init__.py", "plugins/docker",
)  # fmt: skip
"""What of tools/engine a built engine needs; its hash names the folder.

The aws stand-in is no part of it: on everybody's PATH it would hide the official plugin from who has an AWS account.
"""

_HEAD = """#!/bin/sh
here=$(CDPATH= cd -- "${0%/*}" && pwd -P) || exit 1
"""

_PLUGIN = (
    _HEAD
    + """PULUMI_TIMESCALEDB_ENGINE_BIN=$here
export PULUMI_TIMESCALEDB_ENGINE_BIN
exec "$here/../venv/bin/python" -I "$here/../lib/tools/engine/run.py" WHICH "$@"
"""
)

_DYNAMIC = (
    _HEAD
    + """# The interpreter is the program's own: its virtual environment holds the provider's code.
venv=${PULUMI_RUNTIME_VIRTUALENV:-}
if [ -z "$venv" ]; then
    case ${PULUMI_RUNTIME_TOOLCHAIN:-} in
        uv) venv=.venv ;;
        poetry) venv=$(poetry env info --path) ;;
    esac
fi
if [ -z "$venv" ]; then
    exec "${PULUMI_PYTHON_CMD:-python3}" -u "$here/../lib/tools/engine/dynamic.py" "$@"
fi
case $venv in /*) ;; *) venv=$PWD/$venv ;; esac
venv=${venv%/}
if [ ! -f "$venv/bin/python" ]; then
    echo "runtime option virtualenv of Pulumi.yaml names $venv, which holds no bin/python: create it first" >&2
    exit 1
fi
unset PYTHONHOME
PATH=$venv/bin:$PATH
export PATH
# exec: a shell in between would outlive the engine together with the provider it started.
exec "$venv/bin/python" -u "$here/../lib/tools/engine/dynamic.py" "$@"
"""
)


def write_launchers(bin_dir: Path) -> None:
    """Write the three launchers into `bin_dir` (which exists)."""
    for name, text in (
        ("pulumi-language-python", _PLUGIN.replace("WHICH", "language_host")),
        ("pulumi-resource-docker", _PLUGIN.replace("WHICH", "docker")),
        ("pulumi-resource-pulumi-python", _DYNAMIC),
    ):
        launcher = bin_dir / name
        launcher.write_text(text)
        launcher.chmod(0o755)


def write_aws_launcher(bin_dir: Path, python: Path) -> None:
    """Write the launchers of the aws stand-in and of its plugin for Session Manager; both run from the clone.

    For a PATH of tests and offline runs only.

    Args:
        bin_dir: an existing folder.
        python: an interpreter with boto3, pulumi and pulumi-aws.
    """
    root = Path(__file__).resolve().parents[2]
    quoted, entry = shlex.quote(str(python)), shlex.quote(str(root / "tools" / "engine" / "run.py"))
    hosts = f"PYTHONPATH={shlex.quote(str(root))} exec {quoted} -m tools.engine.plugins.aws.hosts"
    for name, line in (("pulumi-resource-aws", f"exec {quoted} -I {entry} aws"), ("session-manager-plugin", hosts)):
        launcher = bin_dir / name
        launcher.write_text(f'#!/bin/sh\n{line} "$@"\n')
        launcher.chmod(0o755)


def copy_sources(source: Path, destination: Path) -> None:
    """Copy the Python sources of tools/engine (`source`) into `destination`/tools/engine."""
    target = destination / "tools" / "engine"
    target.mkdir(parents=True)
    (destination / "tools" / "__init__.py").touch()
    for name in SOURCES:
        item = source / name
        (target / name).parent.mkdir(exist_ok=True)
        if item.is_dir():
            shutil.copytree(item, target / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(item, target / name)
