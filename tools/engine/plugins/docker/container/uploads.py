"""Files put into a container before its first start.

Contents go from the file to the container and nowhere else.  Nothing derived from a source's content is kept either: a
hash of a password would let a reader of the state test guesses.
"""

from __future__ import annotations

import io
import re
import tarfile
from pathlib import Path
from typing import Any

from tools.engine.common.values import Props, unknown
from tools.engine.plugins.docker.engine import Engine, gone_is_fine
from tools.engine.plugins.docker.errors import PluginError

DIFFERS = "(the file in the container differs from the source)"
"""Shown as sourceHash, which itself is whatever the program declares, most often nothing."""


def prepare(inputs: Props) -> list[str]:
    """Refusals of what cannot be copied as declared."""
    refused = []
    for one in inputs.get("uploads") or []:
        if unknown(one):
            continue
        file = one.get("file")
        if ("source" in one) == ("content" in one):
            refused.append(f"container upload {file!r} needs either source or content")
        elif "source" in one and (problem := _unreadable(one["source"])):
            refused.append(f"container upload source {one['source']!r} cannot be read ({problem}): create it first")
        if not re.fullmatch(r"[0-7]{3,4}", str(one.get("permissions", "0644"))):
            refused.append(f"container upload {file!r}: permissions are not octal digits such as 0400")
        refused += [
            f"container upload {file!r}: {key} must be a numeric id, names are the image's own business"
            for key in ("owner", "group")
            if not str(one.get(key, "0")).isdigit()
        ]
    return refused


def put(engine: Engine, identifier: str, inputs: Props) -> None:
    """Copy the declared files into a created container."""
    for one in inputs.get("uploads") or []:
        data = _data(one)
        entry = tarfile.TarInfo(one["file"].lstrip("/"))
        entry.size = len(data)
        entry.mode, entry.uid, entry.gid = _access(one)
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode="w") as tar:
            tar.addfile(entry, io.BytesIO(data))
        engine.api.put_archive(identifier, "/", archive.getvalue())


def read(engine: Engine, identifier: str, declared: Props) -> list[Props] | None:
    """The declared uploads as they are in the container: a missing file is left out, other content and access show."""
    shown: list[Props] = []
    for one in declared.get("uploads") or []:
        found = _inside(engine, identifier, one["file"])
        if found is None:
            continue
        data, access = found
        live = dict(one)
        if "source" in one:
            # Without the source (another machine) nothing can be said, and a refresh must not fail over it.
            if not _unreadable(one["source"]) and Path(one["source"]).read_bytes() != data:
                live["sourceHash"] = DIFFERS
        elif one["content"].encode() != data:
            live["content"] = "(changed in the container)"
        for key, wanted, is_now in zip(("permissions", "owner", "group"), _access(one), access, strict=True):
            if wanted != is_now:
                live[key] = f"{is_now:04o}" if key == "permissions" else str(is_now)
        shown.append(live)
    return shown if "uploads" in declared else None


def without_contents(inputs: Props) -> Props:
    """Inputs for the outputs: the same without any file's content."""
    if "uploads" not in inputs:
        return inputs
    kept = [{key: value for key, value in one.items() if key != "content"} for one in inputs["uploads"]]
    return {**inputs, "uploads": kept}


def _inside(engine: Engine, identifier: str, path: str) -> tuple[bytes, tuple[int, int, int]] | None:
    with gone_is_fine():
        stream, _ = engine.api.get_archive(identifier, path)
        with tarfile.open(fileobj=io.BytesIO(b"".join(stream))) as tar:
            entry = tar.next()
            content = tar.extractfile(entry) if entry is not None and entry.isfile() else None
            if entry is not None and content is not None:
                return content.read(), (entry.mode & 0o7777, entry.uid, entry.gid)
    return None


def _unreadable(source: str) -> str:
    """Why a file cannot be read; empty when it can."""
    try:
        with Path(source).open("rb"):
            return ""
    except OSError as error:
        return error.strerror or type(error).__name__


def _data(one: Props) -> bytes:
    if "content" in one:
        return str(one["content"]).encode()
    try:
        return Path(one["source"]).read_bytes()
    except OSError as error:
        raise PluginError(f"container upload source {one['source']!r} cannot be read ({error.strerror})") from None


def _access(one: Props) -> tuple[int, int, int]:
    """Mode, owner and group, with the official provider's defaults."""
    text: Any = one.get("permissions")
    mode = int(str(text), 8) if text else (0o744 if one.get("executable") else 0o644)
    return mode, int(one.get("owner", 0)), int(one.get("group", 0))
