"""The commands themselves, as a person runs them."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.fix_local import project_copy
from tools.local import commands, places
from tools.local import engine as pulumi_engine
from tools.local.failure import Stop
from tools.local.progress import Progress
from tools.local.say import Step


def _run(folder: Path, *command: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(folder), **(env or {})}
    return subprocess.run(list(command), cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_help_lists_every_target() -> None:
    done = _run(places.ROOT, "make", "-s", "help")
    listed = {line.split()[1] for line in done.stdout.splitlines()}
    assert listed == {"help", *commands.COMMANDS}


def test_an_old_python_is_told_so() -> None:
    code = (
        "import sys, runpy, shutil; sys.version_info = (3, 8, 1); shutil.which = lambda *a, **k: None\n"
        "runpy.run_module('tools.local', run_name='__main__')"
    )
    done = _run(places.ROOT, sys.executable, "-c", code)
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert "3.10" in done.stderr


def test_an_unknown_command_is_told_so() -> None:
    done = _run(places.ROOT, sys.executable, "-m", "tools.local.commands", "fly")
    assert done.returncode == 1
    assert "'fly'" in done.stderr
    assert "Traceback" not in done.stderr


def test_env_before_up_prints_nothing_to_evaluate(tmp_path: Path) -> None:
    folder = project_copy(tmp_path / "copy")
    done = _run(folder, sys.executable, "-m", "tools.local.commands", "env")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "make up" in done.stderr


def test_env_prints_only_what_a_shell_can_evaluate(engine: Mapping[str, str], docker_host: str, tmp_path: Path) -> None:
    folder = project_copy(tmp_path / "a copy")  # a blank in the path is the shell's oldest trap
    (folder / ".local").mkdir()
    (folder / ".local/passphrase").write_text("x")
    env = {"DOCKER_HOST": docker_host, "PATH": engine["PATH"]}
    done = _run(folder, sys.executable, "-m", "tools.local.commands", "env", env=env)
    assert done.returncode == 0, done.stderr
    script = (
        f'{done.stdout}\nprintf "%s\\n" "$PULUMI_BACKEND_URL" "$PULUMI_CONFIG_PASSPHRASE_FILE" "$DOCKER_HOST" "$PATH"'
    )
    shell = subprocess.run(["sh", "-euc", script], capture_output=True, text=True, check=True, env={"PATH": os.defpath})
    backend, passphrase, host, path = shell.stdout.splitlines()
    assert backend == f"file://{folder}/.local/state"
    assert passphrase == f"{folder}/.local/passphrase"
    assert host == docker_host
    assert f"{folder}/.venv/bin" in path.split(":")
    assert all(line.startswith(("export ", "unset ")) and shlex.split(line) for line in done.stdout.splitlines())


def test_without_docker_and_without_the_right_to_install_it_up_says_so_and_writes_nothing(
    engine: Mapping[str, str], tmp_path: Path
) -> None:
    folder = project_copy(tmp_path / "copy")
    code = (
        "import sys; from tools.local import commands, daemon, docker_engine, interrupts\n"
        "daemon.available = lambda: False\n"
        f"docker_engine.DEFAULT_HOST = 'unix://{tmp_path}/none.sock'\n"
        "with interrupts.one_sentence(): sys.exit(commands.main(['up']))\n"
    )
    env = {"PATH": engine["PATH"], "XDG_CACHE_HOME": str(tmp_path / "cache"), "DOCKER_CONFIG": str(tmp_path)}
    env |= {pulumi_engine.TEST_BIN: str(Path(shutil.which("pulumi", path=engine["PATH"]) or "").parent)}
    environment = {key: value for key, value in {**os.environ, **env}.items() if key != "DOCKER_HOST"}
    environment["PYTHONPATH"] = str(folder)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "no Docker Engine answers" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert not (folder / "Pulumi.local.yaml").exists()


def test_without_go_the_engine_cannot_be_built_and_the_sentence_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv(pulumi_engine.TEST_BIN, raising=False)
    monkeypatch.setattr(pulumi_engine, "INSTALLER", "http://127.0.0.1:1")
    with pytest.raises(Stop) as stop:
        pulumi_engine.find(lambda _: None)
    assert "Go" in str(stop.value)
    assert "\n" not in str(stop.value)


def test_progress_tells_a_change_from_none_and_finds_the_reason() -> None:
    quiet = Progress(Step("test"))
    for line in ("Resources:", "    12 unchanged", "", "Duration: 2s"):
        quiet.line(line)
    assert not quiet.changed
    busy = Progress(Step("test"))
    for line in ("Resources:", "    + 3 created", "    ~ 1 updated", "    +-1 replaced", "    8 unchanged"):
        busy.line(line)
    assert busy.changed
    assert busy.summary() == "3 created, 1 updated, 1 replaced, 8 unchanged"
    replaced = Progress(Step("test"))
    for line in ("Resources:", "    +-1 replaced", "    8 unchanged"):  # without a space, as Pulumi writes it
        replaced.line(line)
    assert replaced.changed
    failed = Progress(Step("test"))
    for line in (
        "Diagnostics:",
        "  pulumi:pulumi:Stack (x):",
        "    error: update failed",
        "  a:b:C (d):",
        "    error: it is full",
    ):
        failed.line(line)
    assert failed.why() == "it is full"
