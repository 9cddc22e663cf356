"""Builds the offline engine once into the user's cache: `find_or_build(cache, constraints, say)` or `python -m
tools.engine.build`.

Two folders are made, each under a temporary name and renamed when whole, so a run killed half way leaves nothing that
the next
one would take for finished:
`<cache>/engine/cli-<version>-<hash>/pulumi` (four minutes; depends on go.mod, go.sum and the flags only) and
`<cache>/engine/<version>-<hash>/{bin,venv,lib}` (seconds; depends on this folder's sources and the constraints).
Standard library only: it runs before any virtual environment exists.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import os
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tools.engine import layout
from tools.engine.toolkit import EngineError, go_environment, run

VERSION = "3.259.0"
HERE = Path(__file__).resolve().parent
SDK = "github.com/pulumi/pulumi/sdk/v3"
COMMAND = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
FLAGS = (
    "-trimpath",
    "-mod=readonly",
    "-tags=osusergo grpcnotrace",
    f"-ldflags=-s -w -X {SDK}/go/common/version.Version=v{VERSION}",
)
PACKAGES = ("pulumi", "docker")
"""What the engine's own virtual environment holds; versions come from the constraints."""

HEARTBEAT = 20.0
"""Seconds between two signs of life during a long step."""

Say = Callable[[str], None]


def find_or_build(cache: Path, constraints: Path, say: Say) -> Path:
    """The folder to put on PATH: `pulumi`, the language host and the plugins; built when the cache has none.

    Args:
        cache: the user's cache folder; made when missing.
        constraints: file of `name==version` lines.
        say: called with one line for each step taken, with its time; silent when nothing is to do.

    Raises:
        EngineError: no or too old a Go, a failed download, a full disk; one sentence.
    """
    target = cache / "engine" / f"{VERSION}-{_digest(constraints)}"
    if _usable(target):
        return target / "bin"
    try:
        (cache / "engine").mkdir(parents=True, exist_ok=True)
        with _alone(cache / "engine" / "lock", say):
            if not _usable(target):
                shutil.rmtree(target, ignore_errors=True)
                cli = _command_line(cache / "engine", say)
                with _whole(target) as folder:
                    _assemble(folder, cli, constraints, say)
    except OSError as error:
        raise EngineError(
            f"the engine cannot be built in {cache}: {error.strerror or error}; free or change the folder"
        ) from None
    return target / "bin"


def _usable(target: Path) -> bool:
    """Whether an engine was built here and the interpreter behind its virtual environment is still installed."""
    return (target / "bin").is_dir() and (target / "venv" / "bin" / "python").exists()


def _command_line(folder: Path, say: Say) -> Path:
    """The folder of the compiled CLI with the two scripts of the SDK's module."""
    digest = hashlib.sha256()
    for name in ("go.mod", "go.sum", "tools.go"):
        digest.update((HERE / name).read_bytes())
    digest.update(repr(FLAGS).encode())
    target = folder / f"cli-{VERSION}-{digest.hexdigest()[:12]}"
    if target.is_dir():
        return target
    go, environment = go_environment()
    with _whole(target) as work:
        source = work / "source"
        source.mkdir()
        for name in ("go.mod", "go.sum", "tools.go"):
            shutil.copy2(HERE / name, source / name)
        with _timed(say, "download the Go modules of Pulumi's command line"):
            # Not `go mod download`: that wants the whole graph, of which some archives are nowhere to be had.
            listing = [go, "list", "-deps", *FLAGS[:3], COMMAND]
            run(listing, source, environment, "the Go modules of Pulumi cannot be downloaded")
        with _timed(say, f"compile pulumi {VERSION} (about four minutes on two cores)"):
            command = [go, "build", *FLAGS, "-o", str(work / "pulumi"), COMMAND]
            run(command, source, environment, "pulumi does not compile")
        module = run(
            [go, "list", "-m", "-f", "{{.Dir}}", SDK], source, environment, "the SDK's module is missing"
        ).strip()
        executor = work / "pulumi-language-python-exec"
        shutil.copyfile(Path(module, "python", "cmd", executor.name), executor)
        executor.chmod(0o755)
        shutil.rmtree(source)
    return target


def _assemble(folder: Path, cli: Path, constraints: Path, say: Say) -> None:
    binaries, venv, library = folder / "bin", folder / "venv", folder / "lib"
    binaries.mkdir()
    for name in ("pulumi", "pulumi-language-python-exec"):
        try:
            os.link(cli / name, binaries / name)
        except OSError:
            shutil.copy2(cli / name, binaries / name)
    layout.copy_sources(HERE, library)
    layout.write_launchers(binaries)
    environment = {
        key: value for key, value in os.environ.items() if key not in ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV")
    }
    with _timed(say, "make the engine's own virtual environment"):
        run([sys.executable, "-m", "venv", str(venv)], folder, environment, "no virtual environment can be made")
        python = str(venv / "bin" / "python")
        options = ["--quiet", "--disable-pip-version-check", "--no-input", "--constraint", str(constraints.resolve())]
        command = [python, "-m", "pip", "install", *options, *PACKAGES]
        run(command, folder, environment, "the engine's Python packages cannot be installed")
        # Bytecode now: the first preview should not pay for it.
        run(
            [python, "-m", "compileall", "-q", str(library)], folder, environment, "the engine's sources do not compile"
        )


def _digest(constraints: Path) -> str:
    """Hash of everything a built engine depends on, the compiled CLI's inputs and the interpreter's version
    included.
    """
    digest = hashlib.sha256(f"{sys.version_info[:2]} {FLAGS}".encode())
    files = [HERE / "go.mod", HERE / "go.sum", HERE / "tools.go", HERE / "layout.py", Path(__file__), constraints]
    for name in layout.SOURCES:
        item = HERE / name
        files += sorted(item.rglob("*.py")) if item.is_dir() else [item]
    for file in files:
        digest.update(str(file.relative_to(HERE) if file.is_relative_to(HERE) else file.name).encode() + b"\0")
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


@contextmanager
def _alone(lock: Path, say: Say) -> Iterator[None]:
    """Hold the lock file; the kernel lets it go with the process, however that ends."""
    with lock.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another run builds the engine: waiting for it")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextmanager
def _whole(target: Path) -> Iterator[Path]:
    """A temporary folder beside the target that takes its name when the block ends well; call under the lock."""
    work = target.with_name(f"{target.name}.part")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    try:
        yield work
        work.rename(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)


@contextmanager
def _timed(say: Say, what: str) -> Iterator[None]:
    """Announce a step, say every now and then that it goes on, and at its end how long it took."""
    say(f"{what} ...")
    start = time.monotonic()
    ended = threading.Event()

    def go_on() -> None:
        while not ended.wait(HEARTBEAT):
            say(f"{what}: {time.monotonic() - start:.0f} s so far")

    heart = threading.Thread(target=go_on, daemon=True)
    heart.start()
    try:
        yield
    finally:
        ended.set()
        heart.join()
    say(f"{what}: {time.monotonic() - start:.0f} s")


def main(arguments: list[str] | None = None, environment: Mapping[str, str] | None = None) -> int:
    """Build into a cache folder and print the folder for PATH; returns the exit code."""
    env = os.environ if environment is None else environment
    default = Path(env.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pulumi_timescaledb"
    parser = argparse.ArgumentParser(description="Build the offline engine once, or find the one built before.")
    parser.add_argument("--cache", type=Path, default=default)
    parser.add_argument("--constraints", type=Path, default=HERE.parents[1] / "constraints.txt")
    chosen = parser.parse_args(arguments)
    try:
        found = find_or_build(chosen.cache, chosen.constraints, lambda line: print(line, file=sys.stderr, flush=True))
    except EngineError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
