"""Lighthouse's local stack: the no-op preview, the verification at many rows, and `make up` step by step."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tools.local import docker_engine, image, places

from ..engine.lighthouse import Lighthouse
from ..support.fix_local import engine_environment
from . import floor, pairs
from .progress import say


def measure(times: int, rows: int, from_nothing: bool) -> None:
    """Print all of it.

    Args:
        times: pairs of previews.
        rows: that the verification writes.
        from_nothing: also without any cache, so that Pulumi is compiled.
    """
    host = docker_engine.find_or_start(say).host
    chosen = image.choose(docker_engine.Engine(host, "bench"), say)
    print(f"TimescaleDB {chosen.timescaledb_version} ({chosen.edition} edition), PostgreSQL {chosen.postgres_version}")
    client = docker_engine.connect(host)
    with tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        stacks = [
            Lighthouse(folder / name, engine_environment(folder / f"{name}-state", host, say), chosen, client)
            for name in ("ours", "floor")
        ]
        ours, other = stacks
        floor.install(other.folder)
        other.stack.env.update(floor.environment(other.folder, other.stack.env))
        try:
            for each in stacks:
                _up(each)
            pairs.previews("no-op preview with refresh", lambda: _preview(ours), lambda: _preview(other), times)
            _queries(ours, rows)
        finally:
            for each in stacks:
                each.clean()
            client.close()
    _make_up(from_nothing)


def _up(stack: Lighthouse) -> None:
    """Bring a stack up or stop the bench."""
    done = stack.stack.up()
    if done.rc != 0:
        raise SystemExit(f"the stack could not be brought up:\n{done.output}")


def _preview(stack: Lighthouse) -> None:
    """One preview that finds nothing to do."""
    done = stack.stack.preview("--expect-no-changes")
    if done.rc != 0:
        raise SystemExit(f"the preview was not empty:\n{done.output}")


def _queries(ours: Lighthouse, rows: int) -> None:
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


def _make_up(from_nothing: bool) -> None:
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
