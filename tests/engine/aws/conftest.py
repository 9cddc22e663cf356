"""One server a session, put back to its start for every test; a project of its own for each."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.aws.stage import Stage
from tools.engine import layout
from tools.local import places


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    """Address of the stand-in's server."""
    command = [sys.executable, "-m", "tools.engine.plugins.aws.server"]
    with subprocess.Popen(command, cwd=places.ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        port = server.stdout.readline().strip()
        assert port.isdigit(), port
        yield f"http://127.0.0.1:{port}"
        server.terminate()


@pytest.fixture(scope="session")
def engine_with_aws(engine: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The engine's environment with the stand-in first on PATH."""
    folder = tmp_path_factory.mktemp("aws")
    layout.write_aws_launcher(folder, Path(sys.executable))
    return {**engine, "PATH": f"{folder}{os.pathsep}{engine['PATH']}"}


@pytest.fixture
def stage(tmp_path: Path, engine_with_aws: dict[str, str], endpoint: str) -> Stage:
    """An empty project at an empty server."""
    made = Stage(tmp_path, engine_with_aws, endpoint)
    made.reset()
    return made
