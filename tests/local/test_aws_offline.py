"""Which server `make env-aws-offline` takes: the one that was started last for as long as that runs, else a new one.

A small program listens in the place of moto. The command as a whole is in tests/engine/aws/test_offline.py.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.ports import free_port
from tools.engine.plugins.aws.server import account
from tools.local import aws_offline, configuration, places
from tools.local.failure import Stop

SERVER = "stand_in_of_a_test"
PROGRAM = """
import http.server, pathlib, sys, time
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(503 if pathlib.Path("busy").exists() else 200)
        self.end_headers()
    def log_message(self, *words):
        pass
time.sleep(float(pathlib.Path("slow").read_text()) if pathlib.Path("slow").exists() else 0)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[2])), Answer).serve_forever()
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A checkout of its own with that program and a state; what was started in it is ended."""
    (tmp_path / f"{SERVER}.py").write_text(PROGRAM)
    state = tmp_path / "aws" / "state"
    state.mkdir(parents=True)
    monkeypatch.setattr(places, "ROOT", tmp_path)
    monkeypatch.setattr(places, "LOCAL", tmp_path)
    monkeypatch.setattr(aws_offline, "FOLDER", tmp_path / "aws")
    monkeypatch.setattr(aws_offline, "FIRST_PORT", free_port())
    monkeypatch.setattr(aws_offline, "SERVER", SERVER)
    monkeypatch.setattr(account, "furnish", lambda endpoint: _note(tmp_path / "furnished", endpoint))
    started: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen

    def noting(*words: object, **options: object) -> subprocess.Popen[bytes]:
        started.append(popen(*words, **options))  # type: ignore[call-overload]
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", noting)
    yield tmp_path
    for each in started:
        each.kill()
        each.wait()


def _note(file: Path, text: str) -> None:
    with file.open("a") as opened:
        opened.write(f"{text}\n")


def start(folder: Path) -> tuple[int, int]:
    """Process and port of a server that the command starts; a stack is made then."""
    port = aws_offline._serve()
    (folder / "aws" / "state" / "stack").mkdir(parents=True)
    return aws_offline._noted()[0], port


def test_a_server_that_is_busy_is_waited_for(folder: Path) -> None:
    """Neither a second one nor a stack less."""
    noted = start(folder)
    (folder / "busy").touch()
    threading.Timer(1, (folder / "busy").unlink).start()
    assert aws_offline._serve() == noted[1]
    assert aws_offline._noted() == noted
    assert (folder / "aws" / "state" / "stack").exists()


def test_a_server_that_stays_busy_is_named_and_left_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its stacks are somebody's."""
    noted = start(folder)
    (folder / "busy").touch()
    monkeypatch.setattr(aws_offline, "_START", 0.5)
    with pytest.raises(Stop, match=f"process {noted[0]}.* does not answer"):
        aws_offline._serve()
    assert aws_offline._noted() == noted
    assert aws_offline._is_ours(noted[0])
    assert (folder / "aws" / "state" / "stack").exists()


def test_two_shells_at_once_have_one_server(folder: Path) -> None:
    """The second one comes back when the first one has taken the older stacks away."""
    (folder / "slow").write_text("1")
    with ThreadPoolExecutor(2) as pool:
        ports = list(pool.map(lambda _: aws_offline._serve(), range(2)))
    assert len(set(ports)) == 1
    assert (folder / "furnished").read_text().splitlines() == [aws_offline._endpoint(ports[0])]


def test_a_server_that_ended_is_followed_by_another(folder: Path) -> None:
    """On its port; the stacks are gone with it."""
    process, port = start(folder)
    end(process, port)
    assert aws_offline._serve() == port
    assert aws_offline._noted()[0] != process
    assert not (folder / "aws" / "state" / "stack").exists()


def test_the_server_of_another_checkout_is_not_ours(folder: Path) -> None:
    """It has the port of one of ours that ended: ours has another one then."""
    process, port = start(folder)
    end(process, port)
    words = [sys.executable, "-m", SERVER, "--port", str(port)]
    subprocess.Popen(words, cwd=folder)
    while not aws_offline._answers(port):
        time.sleep(0.05)
    assert aws_offline._serve() != port


def test_a_server_that_does_not_start_is_not_left(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would be taken for one with an account, when it answers after all."""
    (folder / "slow").write_text("60")
    monkeypatch.setattr(aws_offline, "_START", 0.5)
    with pytest.raises(Stop, match="does not start"):
        aws_offline._serve()
    assert not aws_offline._is_ours(aws_offline._noted()[0])


def end(process: int, port: int) -> None:
    """End a server; a process has no words any more a moment before its socket is closed."""
    os.kill(process, signal.SIGTERM)
    while aws_offline._is_ours(process) or not configuration.is_free(port):
        time.sleep(0.05)
