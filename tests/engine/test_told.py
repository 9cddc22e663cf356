"""What the provider refuses while it deploys stands on the console as it was written, with nothing around it.

One refusal stands for all: they take the same way out of the provider. What is refused in a preview is elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from tests.support.fix_local import Stack, virtualenv

PROGRAM = """
import pulumi_timescaledb as timescaledb

nowhere = {"host": "127.0.0.1", "port": 1, "database": "nowhere", "user": "nobody"}
timescaledb.DatabaseObjects("told", {"connection": nowhere, "objects": [timescaledb.extension(name="timescaledb")]})
"""


def test_a_refusal_of_the_provider_is_one_sentence(tmp_path: Path, engine: Mapping[str, str]) -> None:
    """gRPC's own words for an error of a handler are not there, nor is a traceback."""
    (tmp_path / "__main__.py").write_text(PROGRAM)
    (tmp_path / "state").mkdir()
    runtime = {"name": "python", "options": {"toolchain": "pip", "virtualenv": str(virtualenv())}}
    (tmp_path / "Pulumi.yaml").write_text(json.dumps({"name": "told", "runtime": runtime}))
    env = {**engine, "PULUMI_BACKEND_URL": f"file://{tmp_path / 'state'}", "TSDB_DATABASE": "skip"}
    done = Stack(tmp_path, env).up()
    assert done.rc != 0
    assert "Traceback" not in done.output
    assert "Exception calling application" not in done.output
    assert "error: the database was not made, because TSDB_DATABASE=skip leaves the database alone;" in done.output
