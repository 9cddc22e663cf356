"""Find Pulumi: on PATH; else in our cache; else by its official installer; else built from Go modules."""

from __future__ import annotations

import os
import shutil
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tools.local import places, process
from tools.local.failure import Stop

VERSION = "3.259.0"
OLDEST = (3, 216)  # the first whose refresh compares a dynamic provider's live inputs with the declared ones
INSTALLER = "https://get.pulumi.com"
TEST_BIN = "TSDB_TEST_ENGINE_BIN"


@dataclass(frozen=True)
class Engine:
    """A Pulumi command line.

    Attributes:
        bin: folder to put first on PATH; None when it is on PATH already.
        how: where it comes from, in words.
        version: its version.
        offline: it brings its own plugins and must not look for others.
    """

    bin: Path | None
    how: str
    version: str
    offline: bool

    def environment(self) -> dict[str, str]:
        """What programs that use it need: PATH and switches (backend and passphrase come from the stack)."""
        folders = [str(self.bin)] if self.bin else []
        folders += [str(places.VENV / "bin"), os.environ.get("PATH", os.defpath)]
        found = {"PATH": os.pathsep.join(folders), "PULUMI_SKIP_UPDATE_CHECK": "true"}
        if self.offline:
            found["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] = "true"
        return found


def find(say: Callable[[str], None], *, build: bool = True) -> Engine | None:
    """Find or make the Pulumi command line.

    Args:
        say: called with each stage in words.
        build: make one when there is none; else return None.

    Raises:
        Stop: the one on PATH is too old, or none can be had here.
    """
    if given := os.environ.get(TEST_BIN):
        return _described(Path(given), f"{TEST_BIN} {given}", offline=True)
    found = shutil.which("pulumi")
    if found is not None and not Path(found).resolve().is_relative_to(places.cache().resolve()):
        engine = _described(None, f"{found} on PATH", offline=False)
        if tuple(int(part) for part in engine.version.split(".")[:2]) < OLDEST:
            raise Stop(
                f"{found} is Pulumi {engine.version}, but {OLDEST[0]}.{OLDEST[1]} or newer is needed: upgrade it."
            )
        return engine
    official = places.cache() / "pulumi" / VERSION / "bin"
    if (official / "pulumi").exists():
        return _described(official, f"the official release in {official}", offline=False)
    if not build and not _was_built().exists():
        return None
    if not _was_built().exists() and _install(official.parent, say):
        return _described(official, f"the official release, installed into {official}", offline=False)
    return _built(say)


def _built(say: Callable[[str], None]) -> Engine:
    from tools.engine.build import find_or_build
    from tools.engine.toolkit import EngineError

    def told(text: str) -> None:
        if not text.endswith(" so far"):  # a running step shows by itself that it is alive
            say(text.removesuffix(" ..."))

    try:
        folder = Path(find_or_build(places.cache(), places.ROOT / "constraints.txt", told))
    except EngineError as error:
        raise Stop(f"Pulumi is neither installed nor in reach, and building it failed: {error}.") from error
    _was_built().touch()
    return _described(folder, f"built from Go modules in {folder}", offline=True)


def _was_built() -> Path:
    """A mark that the installer was out of reach here, so that later runs do not wait for it again."""
    return places.cache() / f"engine-{VERSION}.built"


def _described(folder: Path | None, how: str, *, offline: bool) -> Engine:
    program = str(folder / "pulumi") if folder else "pulumi"
    env = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    _, output = process.run([program, "version"], what="asking Pulumi for its version", env=env)
    lines = [text for text in output.split() if text.startswith("v")]
    return Engine(folder, how, lines[-1].removeprefix("v") if lines else VERSION, offline)


def _install(target: Path, say: Callable[[str], None]) -> bool:
    """Run the official installer into the cache; False when it or what it downloads is out of reach."""
    try:
        with urllib.request.urlopen(INSTALLER, timeout=5) as answer:
            script = answer.read()
    except (urllib.error.URLError, OSError, ValueError):
        say("Pulumi's installer is out of reach")
        return False
    if not script.startswith(b"#!"):
        return False
    say(f"installing Pulumi {VERSION} with its official installer")
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f"{target.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    file = target.parent / "install.sh"
    file.write_bytes(script)
    command = ["sh", str(file), "--version", VERSION, "--install-root", str(draft), "--no-edit-path"]
    code, _ = process.run(command, what="installing Pulumi", check=False)
    if code != 0 or not (draft / "bin" / "pulumi").exists():
        shutil.rmtree(draft, ignore_errors=True)
        return False
    draft.rename(target)
    return True
