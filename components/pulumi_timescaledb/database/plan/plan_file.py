"""The file that carries plans from the plan resource to `tsdb plan`: one line of JSON a component.

The engine shows what a provider prints to people, which is no way for data; so the environment variable
``TSDB_PLAN_FILE`` names a file. A component's newer plan replaces its older one. All checks of a preview run in one
provider process, so a lock between threads is enough, and a reader sees the old file or the new one, never half.
"""

from __future__ import annotations

import json
import os
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...errors import Refusal
from . import document
from .document import Entry

VARIABLE, EXPECTED = "TSDB_PLAN_FILE", "TSDB_EXPECT_PLAN"
_one_writer = threading.Lock()


class BadPlanFile(Refusal):
    """The file of plans cannot be written or read."""


def settle(entry: Entry, environment: Mapping[str, str] = os.environ) -> list[str]:
    """Refuse a plan that is not the expected one, write it where that is asked for, and return its refusals."""
    expected = environment.get(EXPECTED, "")
    sentences = [each.sentence for each in entry.refusals]
    if expected and not sentences and (other := document.another(entry, expected)):
        sentences.append(other)
    path = environment.get(VARIABLE, "")
    if path:
        write(Path(path), entry)
    return sentences


def write(path: Path, entry: Entry) -> None:
    """Add or replace a component's plan; the file can be read by its owner alone."""
    with _one_writer:
        entries = {each.component: each for each in (read(path) if path.exists() else ())}
        entries[entry.component] = entry
        lines = [json.dumps(document.to_json(each), sort_keys=True) for _, each in sorted(entries.items())]
        try:
            handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.absolute().parent)  # mode 0600
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    file.write("\n".join(lines) + "\n")
                os.replace(name, path)
            except OSError:
                os.unlink(name)
                raise
        except OSError as error:
            raise BadPlanFile(f"{VARIABLE} names {path}, which cannot be written ({error.strerror})") from None


def read(path: Path) -> list[Entry]:
    """The plans of a file, by component."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        return [document.from_json(_mapping(line)) for line in lines if line.strip()]
    except OSError as error:
        raise BadPlanFile(f"the file of plans {path} cannot be read ({error.strerror})") from None
    except (ValueError, TypeError, KeyError):
        raise BadPlanFile(
            f"the file {path} holds no plans of this version; remove it, or let {VARIABLE} name another"
        ) from None


def _mapping(line: str) -> Mapping[str, Any]:
    value = json.loads(line)
    if not isinstance(value, Mapping):
        raise TypeError("not a plan")
    return value
