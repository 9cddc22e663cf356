"""The program travels in the wheel: installed anywhere, it packs to the same bytes."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from pathlib import Path

from pulumi_timescaledb.boot import metrics, user_data_base64

from tests.support.fix_local import project_copy
from tests.unit.boot.test_boot_values import VALUES

PROGRAM = """
import base64, sys
sys.path.insert(0, sys.argv[1])
import pulumi_timescaledb.boot as boot
assert boot.__file__.startswith(sys.argv[1]), boot.__file__
values = boot.HostValues("main", "timescale/timescaledb:2.29.2-pg17", 17, 70, 70, "/var/lib/postgresql/data",
    "/var/lib/postgresql/data", "ssm:/main/password", ["--publish=5432:5432"])
print(boot.user_data_base64(values))
print(" ".join(boot.metrics()))
"""


def test_an_installed_wheel_packs_the_same_user_data(tmp_path: Path) -> None:
    """Built from a copy of the project, installed into a folder of its own, imported from there."""
    source, wheels, target = project_copy(tmp_path / "source"), tmp_path / "wheels", tmp_path / "target"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    subprocess.run([*pip, "wheel", "--no-deps", "-w", str(wheels), str(source)], check=True, timeout=300)
    wheel = next(wheels.glob("*.whl"))
    subprocess.run([*pip, "install", "--no-deps", "--target", str(target), str(wheel)], check=True, timeout=300)
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    command = [sys.executable, "-c", PROGRAM, str(target)]
    done = subprocess.run(
        command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    packed, names = done.stdout.splitlines()
    assert base64.b64decode(packed) == base64.b64decode(user_data_base64(VALUES))
    assert names.split() == list(metrics())
