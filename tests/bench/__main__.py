"""``python -m tests.bench [--previews N] [--rows N] [--from-nothing]``: print the figures beside their targets.

The no-op preview of Lighthouse's local stack is measured against the same program with a provider that does nothing,
in turns; then `make up` from nothing (only with --from-nothing: it compiles Pulumi) and again; then the verification
queries at many rows. It does not say how a network between the engine and the database would change the figures.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tools.local import docker_engine, engine, image, places

from ..engine.lighthouse import Lighthouse

PREVIEW_TARGET = 1.3
PATCH = """import sys
sys.path.insert(0, "bench_modules")
import idle
from pulumi_timescaledb.provider import resources
resources.Converge = idle.Idle
"""


def say(text: str) -> None:
    """Progress, on stderr."""
    sys.stderr.write(f"{text}\n")


def environment(folder: Path, docker_host: str) -> dict[str, str]:
    """What pulumi needs, with a state of this run only."""
    found = engine.find(say)
    if found is None:
        raise SystemExit("no Pulumi could be found or built")
    (folder / "state").mkdir(parents=True)
    mine = {key: value for key, value in os.environ.items() if not key.startswith("PULUMI_")}
    return {
        **mine,
        **found.environment(),
        "PULUMI_BACKEND_URL": f"file://{folder / 'state'}",
        "PULUMI_CONFIG_PASSPHRASE": "only for the bench",
        "PULUMI_HOME": str(folder / "home"),
        "DOCKER_HOST": docker_host,
    }


def idle(stack: Lighthouse) -> None:
    """Give a copy of the program the provider that does nothing."""
    modules = stack.folder / "bench_modules"
    modules.mkdir()
    shutil.copy(Path(__file__).with_name("idle.py"), modules)
    program = stack.folder / "__main__.py"
    program.write_text(PATCH + program.read_text())
    stack.stack.env["PYTHONPATH"] = os.pathsep.join([str(modules), stack.stack.env.get("PYTHONPATH", "")])


def up(stack: Lighthouse) -> None:
    """Bring a stack up or stop the bench."""
    done = stack.stack.up()
    if done.rc != 0:
        raise SystemExit(f"the stack could not be brought up:\n{done.output}")


def preview(stack: Lighthouse) -> float:
    """Seconds of one preview that finds nothing to do."""
    began = time.perf_counter()
    done = stack.stack.preview("--expect-no-changes")
    if done.rc != 0:
        raise SystemExit(f"the preview was not empty:\n{done.output}")
    return time.perf_counter() - began


def previews(ours: Lighthouse, floor: Lighthouse, times: int) -> None:
    """Both previews in turns."""
    up(ours)
    up(floor)
    rows = [(preview(ours), preview(floor)) for _ in range(times + 1)][1:]
    mine, other = (statistics.median(column) for column in zip(*rows, strict=True))
    print(f"no-op preview with refresh: {mine:.2f} s, with a provider that does nothing {other:.2f} s ({times} pairs)")
    print(f"  ratio {mine / other:.2f}, target < {PREVIEW_TARGET}")


def queries(ours: Lighthouse, rows: int) -> None:
    """The verification at many rows."""
    tsdb = [sys.executable, "-m", "pulumi_timescaledb.cli.main"]
    command = [*tsdb, "verify", "--json", "--rows", str(rows), "--stack", "local", "--cwd", str(ours.folder)]
    done = subprocess.run(command, env=ours.stack.env, capture_output=True, text=True, check=False)
    if done.returncode == 2:
        raise SystemExit(f"the verification could not run: {done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout)
    print(f"verification queries at {rows} rows:")
    for row in found["checks"]:
        if "milliseconds" in row:
            print(f"  {row['check']}: {row['milliseconds']} ms, target < {row['target_ms']} ms")


def make_up(from_nothing: bool) -> None:
    """`make up` in a fresh clone, twice; with --from-nothing also without any cache."""
    with tempfile.TemporaryDirectory() as text:
        clone = Path(text) / "project"
        subprocess.run(["git", "clone", "-q", str(places.ROOT), str(clone)], check=True)
        mine = {key: value for key, value in os.environ.items() if not key.startswith("PULUMI_")}
        if from_nothing:
            mine |= {"HOME": text, "XDG_CACHE_HOME": f"{text}/cache"}
            mine |= {"GOPATH": f"{text}/go", "GOCACHE": f"{text}/go-build", "GOFLAGS": "-modcacherw"}
        try:
            for title in ("make up from nothing" if from_nothing else "make up in a fresh clone", "make up again"):
                began = time.perf_counter()
                done = subprocess.run(
                    ["make", "up"],
                    cwd=clone,
                    env=mine,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                    check=False,
                )
                print(f"{title}: {time.perf_counter() - began:.1f} s, exit code {done.returncode}")
                for line in done.stdout.splitlines():
                    if line.rstrip().endswith(" s)"):
                        print(f"  {line.strip()}")
        finally:
            subprocess.run(["make", "down"], cwd=clone, env=mine, capture_output=True, check=False)


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--previews", type=int, default=7)
    arguments.add_argument("--rows", type=int, default=1_000_000)
    arguments.add_argument("--from-nothing", action="store_true")
    given = arguments.parse_args()
    host = docker_engine.find_or_start(say).host
    chosen = image.choose(docker_engine.Engine(host, "bench"), say)
    print(f"TimescaleDB {chosen.timescaledb_version} ({chosen.edition} edition), PostgreSQL {chosen.postgres_version}")
    client = docker_engine.connect(host)
    with tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        stacks = [
            Lighthouse(folder / name, environment(folder / f"{name}-state", host), chosen, client)
            for name in ("ours", "floor")
        ]
        idle(stacks[1])
        try:
            previews(stacks[0], stacks[1], given.previews)
            queries(stacks[0], given.rows)
        finally:
            for stack in stacks:
                stack.clean()
            client.close()
    make_up(given.from_nothing)


if __name__ == "__main__":
    main()
