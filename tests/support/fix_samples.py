"""Tests of which a run takes a sample, and all of which another target of `make` runs; and the list of what was left.

`sample(target, of=..., count=...)`: of all tests marked with the same words (their module, unless `of` is given), as
many as `count` are drawn. `one_edition(target)`: one edition is drawn for the module, or with `each=True` for each test
and each of its other parameters, where a Community server is there. A test that is named by its full name always runs.
"""

from __future__ import annotations

import os
from collections import Counter
from typing import Any

import pytest

from . import fix_database, sampling

LEFT = pytest.StashKey[Counter[str]]()
"""How many tests this run has left to each target."""


def pytest_configure(config: pytest.Config) -> None:
    """Tell pytest the markers, and the processes that share a run the seed, before they start."""
    config.stash[LEFT] = Counter()
    if config.getoption("numprocesses", None):
        os.environ["TSDB_SEED"] = str(sampling.SEED)
    config.addinivalue_line("markers", "sample(target, of='', count=1): a drawn few of these run but for that target")
    config.addinivalue_line("markers", "one_edition(target, each=False): runs on one drawn edition but for that target")


@pytest.hookimpl(trylast=True)  # after what the command line has chosen
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what was not drawn."""
    if any("::" in word for word in config.args):
        return
    left = {**_not_drawn(items), **_other_editions(items)}
    config.stash[LEFT].update(left.values())
    config.hook.pytest_deselected(items=[each for each in items if each in left])
    items[:] = [each for each in items if each not in left]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Of a process that shares a run: tell the one that prints what was left, the same by all of them."""
    left = session.config.stash[LEFT]
    if (told := getattr(session.config, "workeroutput", None)) is not None:
        told["left"] = dict(left)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take what such a process told; one that died told nothing."""
    if (left := getattr(node, "workeroutput", {}).get("left")) is not None:
        node.config.stash[LEFT] = Counter(left)


def lines(config: pytest.Config) -> list[str]:
    """For each target what was left to it."""
    return [
        f"{count} {'test' if count == 1 else 'tests'}: not drawn (seed {sampling.SEED}); `make {target}` runs all"
        for target, count in sorted(config.stash[LEFT].items())
    ]


def _not_drawn(items: list[pytest.Item]) -> dict[pytest.Item, str]:
    groups: dict[tuple[str, str, int], list[pytest.Item]] = {}
    for item in items:
        if (marker := item.get_closest_marker("sample")) is not None and not sampling.whole(marker.args[0]):
            group = marker.kwargs.get("of") or item.path.stem
            groups.setdefault((marker.args[0], group, marker.kwargs.get("count", 1)), []).append(item)
    left = {}
    for (target, group, count), members in groups.items():
        _, draw = sampling.seeded(f"{target} {group}")
        able = [each for each in members if _edition(each) != "community" or fix_database.has_community()]
        drawn = draw.sample(able, min(count, len(able)))
        left.update({each: target for each in members if each not in drawn})
    return left


def _other_editions(items: list[pytest.Item]) -> dict[pytest.Item, str]:
    left = {}
    there = {item.nodeid for item in items}
    for item in items:
        marker, edition = item.get_closest_marker("one_edition"), _edition(item)
        if marker is None or not edition or sampling.whole(marker.args[0]):
            continue
        each = bool(marker.kwargs.get("each"))
        if each and not there.issuperset(item.nodeid.replace(edition, other) for other in sampling.EDITIONS):
            continue  # it is about the one edition that it names
        about = item.nodeid.replace(edition, "") if each else item.path.stem
        _, draw = sampling.seeded(about)
        if edition not in sampling.editions(draw, sampling.EDITIONS, whole=False):
            left[item] = marker.args[0]
    return left


def _edition(item: pytest.Item) -> str:
    """The edition that a test's parameters name, its own or its fixture's."""
    callspec = getattr(item, "callspec", None)
    found = [each for each in callspec.params.values() if each in sampling.EDITIONS] if callspec else []
    return str(found[0]) if found else ""
