"""The commands behind `make`, run inside the virtual environment."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence

from tools.local import interrupts, lock, places, process, venv
from tools.local.failure import Stop

CHECKS: tuple[tuple[str, ...], ...] = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
    ("lint-imports",),
)


def up(arguments: Sequence[str]) -> int:
    """Stand up the local database."""
    from tools.local import up as command

    with lock.alone_in_checkout():
        return command.main()


def down(arguments: Sequence[str]) -> int:
    """Remove what `up` made."""
    from tools.local import down as command

    with lock.alone_in_checkout():
        return command.main()


def env(arguments: Sequence[str]) -> int:
    """Print shell exports on standard output, and nothing else there."""
    from tools.local import exports

    return exports.main()


def test(arguments: Sequence[str]) -> int:
    """Run the whole suite, or what the arguments select, on a machine that is made ready first."""
    from tools.local import docker_engine, prepared

    ready = prepared.machine()
    try:
        return _run([sys.executable, "-m", "pytest", *arguments], ready.environment())
    finally:
        if ready.docker.started:  # silently: pytest's closing line is the last one
            docker_engine.stop(lambda _: None)


def kills(arguments: Sequence[str]) -> int:
    """The kill tests with every step and every victim, of which `test` draws a sample."""
    os.environ["TSDB_KILLS"] = "all"
    return test(["tests/engine/test_kills.py", "tests/engine/test_lighthouse_kills.py", *arguments])


def golden(arguments: Sequence[str]) -> int:
    """Write the golden files anew, by running the tests that compare with them."""
    os.environ["TSDB_WRITE_GOLDEN"] = "1"
    return _run([sys.executable, "-m", "pytest", "tests/mocks", *arguments], dict(os.environ))


def bench(arguments: Sequence[str]) -> int:
    """Measure: previews against the engine's floor, `up` step by step, and the queries."""
    from tools.local import prepared

    return _run([sys.executable, "-m", "tests.bench", *arguments], prepared.machine().environment())


def check(arguments: Sequence[str]) -> int:
    """Lint, format, types and the directions of imports; all are run, any failure counts."""
    worst = 0
    for words in CHECKS:
        sys.stderr.write(f"==> {' '.join(words)}\n")
        worst = max(worst, _run([str(places.VENV / "bin" / words[0]), *words[1:]], dict(os.environ)))
    return worst


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "up": up, "down": down, "env": env, "test": test, "kills": kills, "check": check, "bench": bench, "golden": golden,
}  # fmt: skip


def _run(command: list[str], environment: dict[str, str]) -> int:
    """Run a program with our own input and output; an interrupt reaches it too, and we wait for its end."""
    with subprocess.Popen(process.leashed(command), env=environment, cwd=places.ROOT) as child:
        try:
            return child.wait()
        except KeyboardInterrupt:
            child.terminate()
            child.wait()
            raise


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    if not arguments or arguments[0] not in COMMANDS:
        raise Stop(f"there is no command {' '.join(arguments[:1])!r}: `make help` lists them.")
    os.chdir(places.ROOT)  # references such as file:.local/password are relative to the program's folder
    os.environ["PATH"] = f"{venv.PYTHON.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return COMMANDS[arguments[0]](arguments[1:])


if __name__ == "__main__":
    with interrupts.one_sentence():
        sys.exit(main(sys.argv[1:]))
