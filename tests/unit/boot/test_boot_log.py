"""Where the server's log goes: the options with which the boot program makes the container, and what it may never take.

The step is run with a command ``docker`` that only notes how it was called, and one ``findmnt`` that finds a mount.
Not proven here: that Docker takes the options (tests/boot), and that CloudWatch takes the lines, for which an
instance's own credentials are needed.
"""

from __future__ import annotations

import itertools
import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from pulumi_timescaledb.boot.values import settings_text

from tests.unit.boot.test_boot_values import VALUES

STEP = Path(__file__).parents[3] / "userdata/steps/80-database"
DOCKER = """#!/bin/sh
[ "$1" = create ] || exit 1
shift
printf '%s\\n' "$@" >"$NOTES"
exit 7
"""


def created(folder: Path, log_group: str) -> list[str]:
    """What the step calls ``docker create`` with; it ends there."""
    etc, run = folder / "etc/timescaledb-host", folder / "run/timescaledb-host"
    for each in (etc, run, folder / "bin", folder / "data", folder / "mount/host"):
        each.mkdir(parents=True)
    (folder / "bin/docker").write_text(DOCKER)
    (folder / "bin/findmnt").write_text("#!/bin/sh\n")  # the volume is mounted
    for name in ("docker", "findmnt"):
        (folder / "bin" / name).chmod(0o755)
    (etc / "settings").write_text(settings_text(replace(VALUES, log_group=log_group, mount=str(folder / "mount"))))
    (etc / "container").write_text("--publish=5432:5432\n")
    (run / "identity").write_text("INSTANCE=i-0123456789abcdef0\nexport AWS_REGION=eu-west-1\n")
    data = folder / "data"
    (run / "data").write_text(f"DATA={data}\nTARGET=/var/lib/postgresql/data\nCLUSTER={data}\n")
    (run / "image").write_text("sha256:0\n")
    notes = folder / "notes"
    path = f"{folder / 'bin'}:{os.environ['PATH']}"
    environment = {"PATH": path, "TSDB_ROOT": str(folder), "NOTES": str(notes)}
    done = subprocess.run(["bash", str(STEP)], env=environment, capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 7, done.stderr
    return notes.read_text().splitlines()


def log_options(words: list[str]) -> dict[str, str]:
    """The driver's options by name."""
    pairs = [after for before, after in itertools.pairwise(words) if before == "--log-opt"]
    return dict(pair.split("=", 1) for pair in pairs)


def test_a_log_group_takes_the_log_without_holding_the_server_up(tmp_path: Path) -> None:
    """Group, region and stream as they are; non-blocking, and a cache for ``docker logs``."""
    words = created(tmp_path, "/timescaledb/lighthouse-dev")
    assert words[words.index("--log-driver") + 1] == "awslogs"
    assert log_options(words) == {
        "awslogs-group": "/timescaledb/lighthouse-dev",
        "awslogs-region": "eu-west-1",
        "awslogs-stream": "i-0123456789abcdef0",
        "mode": "non-blocking",
        "max-buffer-size": "4m",
        "cache-max-size": "10m",
        "cache-max-file": "3",
    }


def test_without_a_log_group_the_log_stays_on_the_host_and_is_bounded(tmp_path: Path) -> None:
    """The engine's own driver, with rotation: its files must not fill the root disk."""
    words = created(tmp_path, "")
    assert "--log-driver" not in words
    assert log_options(words) == {"max-size": "10m", "max-file": "3"}


@pytest.mark.parametrize("given", ["", "/timescaledb/lighthouse-dev"])
def test_the_log_is_part_of_what_a_container_is_declared_as(tmp_path: Path, given: str) -> None:
    """Another place for the log is another container: the label that is compared at every boot holds its digest."""
    labels = [
        next(word for word in created(tmp_path / str(number), each) if word.startswith("timescaledb-host="))
        for number, each in enumerate((given, given + "x"))
    ]
    assert labels[0] != labels[1]
