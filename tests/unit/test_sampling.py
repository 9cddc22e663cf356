"""What a plain run leaves to another target is listed and counted, drawn again by its seed, and runs where it is named.

The suite itself is collected, nothing of it is run. Not proved here: what tests draw inside themselves.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from tests.support import sampling
from tools.local import commands, places

WHERE = ("tests/boot", "tests/engine/test_plan.py", "tests/engine/test_kills.py", "tests/engine/aws/test_host.py")
LEFT = re.compile(r"(\d+) tests?: not drawn \(seed (\d+)\); `make (\w+)` runs all")
A_DSN = "host=127.0.0.1 port=1"  # a Community server is told of, and never asked while tests are collected


def collected(*words: str, **environment: str) -> tuple[set[str], dict[str, int]]:
    """The tests that pytest would run, and how many were left to each target."""
    env = {key: value for key, value in os.environ.items() if not key.startswith(("TSDB_", "PYTEST_"))}
    env |= {"TSDB_TEST_COMMUNITY_DSN": A_DSN, **environment}
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *words]
    done = subprocess.run(command, cwd=places.ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    names = {line for line in done.stdout.splitlines() if line.startswith("tests/") and "::" in line}
    return names, {target: int(count) for count, _, target in LEFT.findall(done.stdout)}


@pytest.fixture(scope="module")
def every() -> set[str]:
    """All tests there, as all targets together would run them."""
    names, left = collected(*WHERE, **{f"TSDB_{name.upper()}": "all" for name in commands.COMMANDS})
    assert left == {}
    return names


def test_what_is_not_run_is_counted_for_a_target_that_there_is(every: set[str]) -> None:
    names, left = collected(*WHERE, TSDB_SEED="1")
    assert names < every
    assert sum(left.values()) == len(every - names)
    assert set(left) == {"boot", "editions", "kills", "aws"} <= set(commands.COMMANDS)


def test_a_seed_draws_the_same_and_another_one_something_else() -> None:
    first, again, other = (collected("tests/boot", TSDB_SEED=seed)[0] for seed in ("1", "1", "2"))
    assert first == again != other
    assert len(first) == len(other)


def test_a_target_takes_all_of_its_own_and_a_sample_of_the_rest(every: set[str]) -> None:
    names, left = collected(*WHERE, TSDB_SEED="1", TSDB_BOOT="all")
    assert {each for each in every if each.startswith("tests/boot")} <= names
    assert set(left) == {"editions", "kills", "aws"}


def test_a_module_on_one_edition_is_there_whole_on_that_one(every: set[str]) -> None:
    names, _ = collected("tests/engine/test_plan.py", TSDB_SEED="1")
    (edition,) = {"apache" if "apache" in each else "community" for each in names}
    assert names == {each for each in every if "test_plan.py" in each and edition in each}


def test_without_a_community_server_there_is_nothing_to_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    _, draw = sampling.seeded("editions")
    monkeypatch.setattr(sampling, "has_community", lambda: False)
    assert sampling.editions(draw, sampling.EDITIONS, whole=False) == sampling.EDITIONS
    monkeypatch.setattr(sampling, "has_community", lambda: True)
    drawn = [sampling.editions(draw, sampling.EDITIONS, whole=False) for _ in range(50)]
    assert {tuple(each) for each in drawn} == {("apache",), ("community",)}
    assert sampling.editions(draw, sampling.EDITIONS, whole=True) == sampling.EDITIONS


def test_a_test_that_is_named_by_its_full_name_is_run() -> None:
    one = "tests/boot/test_image.py::test_a_cut_archive_is_left_aside"
    for seed in ("1", "2"):
        assert collected(one, TSDB_SEED=seed) == ({one}, {})
