"""Children: their failure is one sentence, and none outlives us."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools.local import places, process
from tools.local.failure import Stop

# a shell without job control lets what it puts in the background ignore SIGINT
START: dict[str, list[str]] = {"foreground": [], "background": ["sh", "-c", 'trap "" INT; exec "$0" "$@"']}


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _gone(pid: int, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while _alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not _alive(pid)


def test_a_failed_program_is_one_sentence_with_its_last_words() -> None:
    with pytest.raises(Stop) as stop:
        process.run(["sh", "-c", "echo working; echo 'error: no such thing'; exit 3"], what="trying")
    text = str(stop.value)
    assert "trying" in text
    assert "no such thing" in text
    assert "\n" not in text


def test_a_full_disk_is_told_as_such() -> None:
    with pytest.raises(Stop) as stop:
        process.run(["sh", "-c", "echo 'tar: x: No space left on device'; exit 2"], what="unpacking")
    assert "disk is full" in str(stop.value)


def test_a_missing_program_is_named() -> None:
    with pytest.raises(Stop) as stop:
        process.run(["no-such-program-here"], what="trying")
    assert "no-such-program-here" in str(stop.value)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("start", ["foreground", "background"])
def test_no_child_survives_us(tmp_path: Path, number: signal.Signals, start: str) -> None:
    note = tmp_path / "pid"
    code = (
        "import signal, sys; from tools.local import interrupts, process\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)  # whatever the tests were started with\n"
        "with interrupts.one_sentence():\n"
        "    process.run(['sh', '-c', 'echo $$ >$1; exec sleep 60', 'sh', sys.argv[1]], what='sleeping')\n"
    )
    env = {**os.environ, "PYTHONPATH": str(places.ROOT)}
    with subprocess.Popen(
        [*START[start], sys.executable, "-c", code, str(note)], env=env, stderr=subprocess.PIPE, text=True
    ) as parent:
        deadline = time.monotonic() + 20
        while not (note.exists() and note.read_text().strip()) and time.monotonic() < deadline:
            time.sleep(0.02)
        child = int(note.read_text())
        assert _alive(child)
        parent.send_signal(number)
        _, words = parent.communicate(timeout=20)
    assert _gone(child)
    assert parent.returncode == {signal.SIGKILL: -9, signal.SIGTERM: 143, signal.SIGINT: 130}[number]
    assert "Traceback" not in words
