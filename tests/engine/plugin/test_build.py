"""Building the engine, without the compiler: what goes wrong is one sentence and leaves nothing half-made.

Does not prove that Pulumi compiles; that takes minutes and is seen in every run on a machine without an engine.
"""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from tools.engine import build
from tools.engine.toolkit import EngineError, go_version


def program(folder: Path, name: str, text: str) -> None:
    """Put an executable shell script on a folder."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(0o755)


def attempt(cache: Path, folder: Path) -> str:
    """A build that must fail; its sentence."""
    constraints = folder / "constraints.txt"
    constraints.write_text("pulumi==3.259.0\n")
    with pytest.raises(EngineError) as raised:
        build.find_or_build(cache, constraints, lambda _: None)
    message = str(raised.value)
    assert "\n" not in message
    return message


def test_without_go_the_sentence_names_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    assert "1.25.11" in attempt(tmp_path / "cache", tmp_path)


def test_an_old_go_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "bin", "go", "echo go1.19.8")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert "go1.19.8" in attempt(tmp_path / "cache", tmp_path)


def test_a_failed_download_tells_the_reason_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = 'case "$1" in env) echo go1.26.8;; *) echo "dial tcp: no route to host" >&2; exit 1;; esac'
    program(tmp_path / "bin", "go", script)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert "no route to host" in attempt(tmp_path / "cache", tmp_path)
    assert [one.name for one in (tmp_path / "cache" / "engine").iterdir()] == ["lock"]


def test_what_a_killed_run_left_is_cleared_and_built_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    constraints = tmp_path / "constraints.txt"
    constraints.write_text("pulumi==3.259.0\n")
    calls: list[Path] = []

    def assemble(folder: Path, cli: Path, constraints: Path, say: build.Say) -> None:
        calls.append(folder)
        assert list(folder.iterdir()) == []
        (folder / "bin").mkdir()
        program(folder / "venv", "x", "")
        program(folder / "venv" / "bin", "python", "")

    monkeypatch.setattr(build, "_command_line", lambda folder, say: folder)
    monkeypatch.setattr(build, "_assemble", assemble)
    found = build.find_or_build(tmp_path / "cache", constraints, lambda _: None)
    half = found.parent.rename(found.parent.with_name(f"{found.parent.name}.part"))
    assert half.is_dir()
    assert build.find_or_build(tmp_path / "cache", constraints, lambda _: None) == found
    assert not half.exists()
    assert build.find_or_build(tmp_path / "cache", constraints, lambda _: None) == found
    assert len(calls) == 2
    (found.parent / "venv" / "bin" / "python").unlink()  # as when the Python it was made with is removed
    assert build.find_or_build(tmp_path / "cache", constraints, lambda _: None) == found
    assert len(calls) == 3


@pytest.mark.parametrize(
    ("text", "version"), json.loads('[["go1.26.8", [1, 26, 8]], ["go1.25", [1, 25, 0]], ["devel", [0]]]')
)
def test_versions_of_go_are_read(text: str, version: list[int]) -> None:
    assert go_version(text) == tuple(version)


def test_a_long_step_gives_signs_of_life_and_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "HEARTBEAT", 0.05)
    lines: list[str] = []
    with build._timed(lines.append, "wait"):
        time.sleep(0.2)
    assert lines[0] == "wait ..."
    assert sum("so far" in line for line in lines) >= 2
    assert lines[-1] == "wait: 0 s"
