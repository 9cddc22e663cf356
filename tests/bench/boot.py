"""The boot program in the rig of its tests: step by step to a database that serves, and the end of a spot host."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from tools.local import docker_engine, image
from tools.local.image import Image

from ..boot.rig import reclaim
from ..boot.rig.host import durations, total
from ..boot.rig.reclaim import Reclaim
from ..boot.rig.rig import Rig, assembled, lacking
from .progress import say

DATABASE = "80-database"  # the step at whose end it answers clients
Measured = TypeVar("Measured")
NOTE = "  measured in the rig; AWS figures are modelled until `tsdb drill spot` is run on an account"
BOOT_LEFT_OUT = """\
  in the rig: a real disk, container engine and PostgreSQL; not in it: the launch and start of the host, packages to
    install, an image to pull, the network to AWS"""
SPOT_LEFT_OUT = "  in the rig the next host launches at once; its launch and the start of its system come on top"
SPOT: tuple[tuple[str, Callable[[Rig], Reclaim], int], ...] = (
    ("with notice", reclaim.with_notice, 45),
    ("without notice", reclaim.without_notice, 60),
)


def boots(docker_host: str, times: int) -> None:
    """Print each step of a first boot, on a blank disk, and of a second, of another host with that disk."""
    runs: list[tuple[str, str]] = []
    for number in range(times):
        say(f"boots: {number + 1} of {times}")
        runs.append(_in_a_rig(docker_host, _two_boots))
    columns = [_columns(log) for pair in runs for log in pair]
    first, second = columns[::2], columns[1::2]
    print(f"boot program from its start to the end of its steps, ms, median of {times}")
    print(f"  {'step':<14} {'first boot':>12} {'second boot':>12}")
    for step in first[0]:
        cells = [statistics.median(run[step] for run in side) for side in (first, second)]
        print(f"  {step:<14} {cells[0]:>12.0f} {cells[1]:>12.0f}")
    for name, side in (("first", first), ("second", second)):
        print(f"  {name} boots, each: {', '.join(str(run['all steps']) for run in side)} ms")
    print(BOOT_LEFT_OUT)
    print(NOTE)


def spot(docker_host: str, times: int) -> None:
    """Print how long no write is acknowledged, and how many acknowledged rows are lost."""
    for title, happens, aim in SPOT:
        found = []
        for number in range(times):
            say(f"spot reclaim {title}: {number + 1} of {times}")
            found.append(_in_a_rig(docker_host, happens))
        gaps = [each.gap for each in found]
        lost, written = sum(len(each.lost) for each in found), sum(each.acknowledged for each in found)
        print(f"spot reclaim {title}: write gap {statistics.median(gaps):.1f} s, aim < {aim} s ({times} runs)")
        print(f"  each: {', '.join(f'{gap:.1f}' for gap in gaps)} s")
        print(f"  acknowledged rows lost: {lost} of {written}, aim 0")
    print(SPOT_LEFT_OUT)
    print(NOTE)


def _columns(log: str) -> dict[str, int]:
    """Milliseconds of each step, and of some together."""
    steps = durations(log)
    ready = sum(took for step, took in steps.items() if step <= DATABASE)
    return {**steps, "database ready": ready, "all steps": total(log)}


def _two_boots(rig: Rig) -> tuple[str, str]:
    rig.volume()
    first, second = rig.host(), rig.host()
    log = first.boot()
    code, said = first.run("stop", "--release")
    if code != 0:
        raise SystemExit(f"the host did not give its disk back:\n{said}")
    return log, second.boot()


def _in_a_rig(docker_host: str, what: Callable[[Rig], Measured]) -> Measured:
    """Let it happen in a rig that is gone afterwards, or stop the bench."""
    if reason := lacking(say):
        raise SystemExit(f"not measured: {reason}")
    with tempfile.TemporaryDirectory() as text, assembled(Path(text), _image(docker_host), docker_host) as rig:
        return what(rig)


def _image(docker_host: str) -> Image:
    return image.choose(docker_engine.Engine(docker_host, "bench"), say)
