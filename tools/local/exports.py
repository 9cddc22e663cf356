"""`make env`: shell lines that let a person use pulumi, tsdb and psql by hand on the local stack."""

from __future__ import annotations

import os
import shlex
import sys

from tools.local import configuration, docker_engine, engine, places
from tools.local.failure import Stop
from tools.local.stack import Stack


def main() -> int:
    """Print the exports.

    Raises:
        Stop: `make up` has not run yet.
    """
    if not (places.LOCAL / "passphrase").exists():
        raise Stop("there is no local stack yet: run `make up` first.")
    pulumi = engine.find(lambda _: None, build=False)
    if pulumi is None:
        raise Stop("Pulumi is gone: run `make up`, which finds or makes it again.")
    host = docker_engine.find() if configuration.is_docker() else None
    stack = Stack(pulumi, host.host if host else None, project=configuration.project())
    folders = [str(folder) for folder in (pulumi.bin, places.VENV / "bin") if folder]
    sys.stdout.write(f'export PATH={shlex.quote(os.pathsep.join(folders))}:"$PATH"\n')
    for name in sorted(set(stack.additions) - {"PATH"}):
        sys.stdout.write(f"export {name}={shlex.quote(stack.additions[name])}\n")
    sys.stdout.write("unset PULUMI_CONFIG_PASSPHRASE\n")
    return 0
