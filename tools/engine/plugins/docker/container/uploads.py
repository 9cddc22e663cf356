"""Files put into a container before its first start.

Contents go from the file to the container and nowhere else: state and messages hold the source's path and a hash.
"""

from __future__ import annotations

import hashlib
import io
import tarfile
from pathlib import Path
from typing import Any

from tools.engine.plugins.docker.engine import Engine, gone_is_fine
from tools.engine.plugins.docker.errors import PluginError
from tools.engine.plugins.docker.values import Props, unknown


def prepare(inputs: Props) -> list[str]:
    """Add the hash of each source during check, so that a changed file is a change; returns refusals."""
    refused = []
    for one in inputs.get("uploads") or []:
        if unknown(one):
            continue
        if ("source" in one) == ("content" in one):
            refused.append(f"container upload {one.get('file')!r} needs either source or content")
        elif "source" in one:
            try:
                one.setdefault("sourceHash", _hash(Path(one["source"]).read_bytes()))
            except OSError as error:
                refused.append(
                    f"container upload source {one['source']!r} cannot be read ({error.strerror}): create it first"
                )
    return refused


def put(engine: Engine, identifier: str, inputs: Props) -> None:
    """Copy the declared files into a created container."""
    for one in inputs.get("uploads") or []:
        data = _data(one)
        entry = tarfile.TarInfo(one["file"].lstrip("/"))
        entry.size = len(data)
        entry.mode = _mode(one)
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode="w") as tar:
            tar.addfile(entry, io.BytesIO(data))
        engine.api.put_archive(identifier, "/", archive.getvalue())


def read(engine: Engine, identifier: str, declared: Props) -> list[Props] | None:
    """The declared uploads as they are inside the container: a missing file is left out, another content shows
    by its hash.
    """
    shown: list[Props] = []
    for one in declared.get("uploads") or []:
        found = _inside(engine, identifier, one["file"])
        if found is None:
            continue
        data, mode = found
        live = dict(one)
        if "source" in one:
            live["sourceHash"] = _hash(data)
        elif _hash(data) != _hash(one["content"].encode()):
            live["content"] = f"(changed in the container, sha256 {_hash(data)})"
        if mode != _mode(one):
            live["permissions"] = f"{mode:04o}"
        shown.append(live)
    return shown if "uploads" in declared else None


def without_contents(inputs: Props) -> Props:
    """Inputs for the outputs: the same without any file's content."""
    if "uploads" not in inputs:
        return inputs
    kept = [{key: value for key, value in one.items() if key != "content"} for one in inputs["uploads"]]
    return {**inputs, "uploads": kept}


def _inside(engine: Engine, identifier: str, path: str) -> tuple[bytes, int] | None:
    with gone_is_fine():
        stream, _ = engine.api.get_archive(identifier, path)
        with tarfile.open(fileobj=io.BytesIO(b"".join(stream))) as tar:
            entry = tar.next()
            content = tar.extractfile(entry) if entry is not None and entry.isfile() else None
            if entry is not None and content is not None:
                return content.read(), entry.mode & 0o7777
    return None


def _data(one: Props) -> bytes:
    if "content" in one:
        return str(one["content"]).encode()
    try:
        return Path(one["source"]).read_bytes()
    except OSError as error:
        raise PluginError(f"container upload source {one['source']!r} cannot be read ({error.strerror})") from None


def _mode(one: Props) -> int:
    text: Any = one.get("permissions")
    return int(str(text), 8) if text else (0o744 if one.get("executable") else 0o644)


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
