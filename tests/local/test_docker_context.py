"""The docker client's current context is followed, and one that leads nowhere is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tools.local import docker_engine
from tools.local.daemon import Daemon
from tools.local.failure import Stop


def _context(folder: Path, host: str) -> None:
    meta = folder / "contexts" / "meta" / "1"
    meta.mkdir(parents=True)
    (meta / "meta.json").write_text(json.dumps({"Name": "other", "Endpoints": {"docker": {"Host": host}}}))
    (folder / "config.json").write_text(json.dumps({"currentContext": "other"}))


def test_the_current_context_is_followed(docker_host: str, tmp_path: Path) -> None:
    _context(tmp_path, docker_host)
    found = docker_engine.find({"DOCKER_CONFIG": str(tmp_path)}, Daemon(tmp_path))
    assert found is not None
    assert (found.host, "other" in found.how) == (docker_host, True)


def test_a_context_without_an_engine_is_named(tmp_path: Path) -> None:
    _context(tmp_path, f"unix://{tmp_path}/no.sock")
    with pytest.raises(Stop, match="other"):
        docker_engine.find({"DOCKER_CONFIG": str(tmp_path)}, Daemon(tmp_path))
