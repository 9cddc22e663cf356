"""The command line without any server: exit codes, one sentence, and nothing that should not be seen."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pulumi_timescaledb.cli.interrupts import Interrupted
from pulumi_timescaledb.cli.main import app, sentences
from typer.testing import CliRunner

# a port on which nothing listens: the discard service
NOWHERE = "postgresql://u:canary-7f3a@127.0.0.1:9/d"
COMPONENTS = Path(__file__).parents[3] / "components"


@pytest.mark.parametrize(
    "command",
    [
        *("plan", "hold", "history", "verify", "doctor", "import", "status", "url"),
        *("bootstrap", "preflight", "restore"),
    ],
)
def test_the_help_of_a_command_names_every_exit_code(command: str) -> None:
    answer = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "200", "TERMINAL_WIDTH": "200"})
    assert answer.exit_code == 0
    text = " ".join(answer.output.split())
    assert "Exit codes: 0 " in text
    for code in ("; 1 ", "; 2 ", "; 130"):
        assert code in text, text


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["verify", "--nonsense"],
        ["verify", "--rows", "many"],
        ["verify", "--rows", "5"],
        ["verify", "--rows", "-1"],
        ["verify", "--dsn"],
        ["doctor", "--keep"],
        ["doctor", "extra"],
        ["doctor", "--dsn", "nonsense here"],
        ["doctor", "--dsn", NOWHERE],
        ["status", "--dsn", NOWHERE, "--json"],
        ["verify", "--dsn", NOWHERE, "--json"],
        ["verify", "--dsn", NOWHERE, "--stack", "dev"],
        ["doctor", "--cwd", "/nonexistent"],
        ["url", "--stack", "dev", "--cwd", "/nonexistent"],
        ["plan", "--cwd", "/nonexistent"],
        ["plan", "--json", "--markdown"],
        ["plan", "--expect", "nonsense"],
        ["hold", "--dsn", NOWHERE],
        ["hold", "--dsn", NOWHERE, "--list"],
        ["hold", "--dsn", NOWHERE, "--list", "--release"],
        ["hold", "--dsn", NOWHERE, "hypertable:public.t"],
        ["hold", "--dsn", NOWHERE, "hypertable:public.t", "--list"],
        ["hold", "--dsn", NOWHERE, "hypertable:public.t", "--release"],
        ["hold", "--dsn", NOWHERE, "hypertable:public.t", "--until", "2999-01-01"],
        ["hold", "--dsn", NOWHERE, "hypertable:public.t", "--until", "2999-01-01", "--release"],
        ["history", "--dsn", NOWHERE],
        ["history", "--dsn", NOWHERE, "--limit", "0"],
        ["bootstrap"],
        ["bootstrap", "--stack", "nowhere", "--cwd", "/nonexistent"],
        ["preflight"],
        ["preflight", "--stack", "nowhere", "--cwd", "/nonexistent"],
        ["restore"],
        ["restore", "--stack", "dev"],
        ["restore", "--stack", "dev", "--snapshot", "snap-1", "--recovery-point", "arn:x"],
        ["restore", "--stack", "nowhere", "--snapshot", "snap-1", "--cwd", "/nonexistent"],
        ["restore", "--state", "nonsense"],
        ["import"],
        ["import", "/nonexistent/folder", "--dsn", NOWHERE],
        ["import", "not-made-here", "--dsn", NOWHERE],
        ["import", "not-made-here", "--dsn", NOWHERE, "--password-ref", "canary"],
    ],
)
def test_what_cannot_be_done_ends_with_two(arguments: list[str]) -> None:
    answer = CliRunner().invoke(app, arguments)
    assert answer.exit_code == 2, answer.output
    assert answer.stdout == ""
    assert "Traceback" not in answer.stderr
    assert "canary" not in answer.stderr
    assert isinstance(answer.exception, SystemExit)


@pytest.mark.parametrize("missing", ["boto3", "pulumi_aws"])
@pytest.mark.parametrize("command", ["bootstrap", "preflight", "restore"])
def test_without_the_packages_of_aws_one_sentence_names_them(
    monkeypatch: pytest.MonkeyPatch, command: str, missing: str
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    answer = CliRunner().invoke(app, [command, "--stack", "dev"])
    assert answer.exit_code == 2
    assert f"{missing} is not installed" in answer.stderr


def test_a_url_can_be_made_of_a_connection_string() -> None:
    answer = CliRunner().invoke(app, ["url", "--dsn", NOWHERE])
    assert (answer.exit_code, answer.stdout) == (0, NOWHERE + "?sslmode=prefer\n")


@pytest.mark.parametrize(
    ("raised", "code"), [(KeyboardInterrupt(), 130), (Interrupted(15), 143), (Interrupted(1), 129)]
)
def test_an_ending_signal_is_no_falling_short(raised: KeyboardInterrupt, code: int) -> None:
    import typer

    with pytest.raises(typer.Exit) as caught, sentences():
        raise raised
    assert caught.value.exit_code == code


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux says where the arguments lie")
def test_a_password_leaves_the_process_list() -> None:
    """The process waits on a server that accepts and never answers; ps must not show what it was given."""
    import socket

    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        dsn = f"postgresql://u:canary-7f3a@127.0.0.1:{silent.getsockname()[1]}/d?sslmode=disable"
        process = subprocess.Popen(
            [sys.executable, "-m", "pulumi_timescaledb.cli.main", "doctor", "--dsn", dsn],
            env={"PYTHONPATH": str(COMPONENTS), "PATH": "/usr/bin:/bin"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        shown = Path(f"/proc/{process.pid}/cmdline")
        try:
            peer, _ = silent.accept()
            with peer:
                startup = peer.recv(4096)
                line = shown.read_bytes()
        finally:
            out, error = process.communicate(timeout=30)
    assert b"tsdb doctor" in startup
    assert b"canary" not in startup
    assert b"doctor" in line  # the search looks at the right place
    assert b"canary" not in line
    assert process.returncode == 2
    assert out == ""
    assert "canary" not in error
