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
UP_KILLS = "tests/local/test_up_and_down.py::test_a_run_killed_at_any_moment_is_finished_by_the_next"
# whole files, in the order in which they are collected: the short ones come last and fill what is left of either
IN_TWO = ("--numprocesses=2", "--dist=loadfile", "--no-loadscope-reorder")
SERVERS = ("TSDB_TEST_APACHE_DSN", "TSDB_TEST_COMMUNITY_DSN")
GOLDEN = (
    "tests/mocks",
    "tests/unit/cli/test_plan.py",
    "tests/unit/cli/test_ci_setup.py",
    "tests/unit/hosts/ec2/test_ec2_policy.py",
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


def env_aws_offline(arguments: Sequence[str]) -> int:
    """Print shell exports for the stacks dev and prod against a stand-in for AWS."""
    from tools.local import aws_offline

    with lock.alone_in_checkout():
        return aws_offline.main(arguments)


def test(arguments: Sequence[str]) -> int:
    """Run the whole suite in two processes, or what the arguments select in one, on a machine that is made ready first.

    Of servers that a developer points at there is one of each edition, which two would take from each other.
    """
    from tools.local import docker_engine, prepared

    ready = prepared.machine()
    shared = () if arguments or any(name in os.environ for name in SERVERS) else IN_TWO
    try:
        return _run([sys.executable, "-m", "pytest", *shared, *arguments], ready.environment())
    finally:
        if ready.docker.started:  # silently: pytest's closing line is the last one
            docker_engine.stop(lambda _: None)


def kills(arguments: Sequence[str]) -> int:
    """The kill tests with every step and every victim, of which `test` draws a sample."""
    return _whole("kills", "tests/engine/test_kills.py", "tests/engine/test_lighthouse_kills.py", UP_KILLS, *arguments)


def cases(arguments: Sequence[str]) -> int:
    """Every case of tests/cases on both editions; `test` draws eight files with their editions."""
    return _whole("cases", "tests/database/test_cases.py", *arguments)


def manykills(arguments: Sequence[str]) -> int:
    """Sixty objects over a database in use, killed at fifty random points; `test` takes one."""
    return _whole("manykills", "tests/engine/test_many_kills.py", *arguments)


def systems(arguments: Sequence[str]) -> int:
    """Random whole systems, a hundred on each edition; `test` takes a few on one of them."""
    os.environ.setdefault("TSDB_EXAMPLES", "100")
    return _whole("systems", "tests/database/test_round_trip.py", *arguments)


def imports(arguments: Sequence[str]) -> int:
    """Every system imported on both editions; `test` draws a few systems, and one edition for each."""
    return _whole("imports", "tests/engine/test_import.py", *arguments)


def refusals(arguments: Sequence[str]) -> int:
    """Every wrong declaration through the engine, of which `test` draws a sample."""
    return _whole("refusals", "tests/engine/test_refusals.py", *arguments)


def editions(arguments: Sequence[str]) -> int:
    """On both editions what `test` takes on one of them, drawn."""
    return _whole("editions", "tests/database", "tests/engine/test_plan.py", "tests/engine/test_preview.py", *arguments)


def boot(arguments: Sequence[str]) -> int:
    """The boot program in its rig: every volume and host, killed in every step; `test` takes a few of them."""
    return _whole("boot", "tests/boot", *arguments)


def aws(arguments: Sequence[str]) -> int:
    """Everything through the engine against the stand-in for AWS, and every rule of the pack; `test` takes a part."""
    return _whole("aws", "tests/engine/aws", *arguments)


def golden(arguments: Sequence[str]) -> int:
    """Write the golden files anew, by running the tests that compare with them."""
    os.environ["TSDB_WRITE_GOLDEN"] = "1"
    return _run([sys.executable, "-m", "pytest", *GOLDEN, *arguments], dict(os.environ))


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


def audit(arguments: Sequence[str]) -> int:
    """Others' rules on our workflows, policies and image: checkov, zizmor and the schema of workflows."""
    from tools.audit import command

    return command.main(arguments)


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "up": up, "down": down, "env": env, "env-aws-offline": env_aws_offline, "test": test, "kills": kills,
    "cases": cases, "manykills": manykills, "systems": systems, "imports": imports, "refusals": refusals,
    "editions": editions, "boot": boot, "aws": aws,
    "check": check, "bench": bench, "golden": golden, "audit": audit,
}  # fmt: skip


def _whole(target: str, *arguments: str) -> int:
    """Run the tests that arguments select, with all that the target stands for (tests/support/sampling.py)."""
    os.environ[f"TSDB_{target.upper()}"] = "all"
    return test(arguments)


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
