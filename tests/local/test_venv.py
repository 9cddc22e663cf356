"""The virtual environment: made once, made again when it is half made, brought up to date when its sources change."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tools.local import places, venv
from tools.local.failure import Stop

PROJECT = """[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "nothing"
version = "1"
[project.optional-dependencies]
none = []
"""
BACKEND = """import pathlib, zipfile
def get_requires_for_build_editable(config_settings=None): return []
def build_editable(directory, config_settings=None, metadata_directory=None):
    name = "nothing-1-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(directory) / name, "w") as wheel:
        wheel.writestr("nothing-1.dist-info/METADATA", "Metadata-Version: 2.1\\nName: nothing\\nVersion: 1\\n")
        wheel.writestr("nothing-1.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr("nothing-1.dist-info/RECORD", "")
    return name
"""


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout whose package needs nothing, so that pip downloads nothing."""
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    (tmp_path / "backend.py").write_text(BACKEND)
    (tmp_path / "constraints.txt").write_text("")
    monkeypatch.setattr(places, "ROOT", tmp_path)
    monkeypatch.setattr(places, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(venv, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(venv, "_MARK", tmp_path / ".venv" / "complete")
    monkeypatch.setattr(venv, "EXTRAS", "none")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


def _installed() -> bool:
    code = "import importlib.metadata as m; print(m.version('nothing'))"
    done = subprocess.run([venv.PYTHON, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.strip() == "1"


def test_a_half_made_environment_is_made_again_and_a_whole_one_left_alone(checkout: Path) -> None:
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / "bin" / "python").write_text("half")
    venv.prepare()
    assert _installed()
    made = venv.PYTHON.lstat().st_mtime_ns
    mark = venv._MARK.stat().st_mtime_ns

    venv.prepare()
    assert (venv.PYTHON.lstat().st_mtime_ns, venv._MARK.stat().st_mtime_ns) == (made, mark)

    (checkout / "constraints.txt").write_text("nothing==1\n")
    venv.prepare()
    assert venv._MARK.stat().st_mtime_ns != mark
    assert venv.PYTHON.lstat().st_mtime_ns == made

    shutil.rmtree(checkout / ".venv" / "bin")
    venv._MARK.unlink()
    venv.prepare()
    assert _installed()


def test_a_package_that_cannot_be_installed_leaves_no_mark(checkout: Path) -> None:
    (checkout / "constraints.txt").write_text("nothing==2\n")
    with pytest.raises(Stop) as stop:
        venv.prepare()
    assert len(str(stop.value).splitlines()) == 1
    assert not venv._MARK.exists()
