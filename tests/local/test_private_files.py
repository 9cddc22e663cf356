"""The files of `.local/` and the stack's configuration: private, whole, kept."""

from __future__ import annotations

import os
import shutil
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tools.local import configuration, places, private
from tools.local.failure import Stop
from tools.local.image import Image

OURS = Image("pulumi-timescaledb/timescaledb:1", "sha256:1", "distribution", "apache", 17, "2.19.3")
OFFICIAL = Image("timescale/timescaledb:2-pg17", "sha256:2", "timescaledb", "community", 17, "2.29.2")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project folder of the test's own."""
    (tmp_path / "Pulumi.yaml").write_text("name: lighthouse\n")
    monkeypatch.setattr(places, "ROOT", tmp_path)
    monkeypatch.setattr(places, "LOCAL", tmp_path / ".local")
    return tmp_path


def _config(folder: Path) -> dict[str, object]:
    return dict(yaml.safe_load((folder / "Pulumi.local.yaml").read_text())["config"])


def test_secrets_are_long_private_and_drawn_once(elsewhere: Path) -> None:
    private.prepare()
    first = private.secret("password")
    private.prepare()
    assert private.secret("password") == first
    assert len(first) >= 32
    assert private.secret("passphrase") != first
    private.write_pgpass(15432, "postgres")
    for name in ("password", "passphrase", "pgpass"):
        assert stat.S_IMODE((elsewhere / ".local" / name).stat().st_mode) == 0o600
    assert stat.S_IMODE((elsewhere / ".local").stat().st_mode) == 0o700
    assert (elsewhere / ".local/pgpass").read_text() == f"127.0.0.1:15432:*:postgres:{first}\n"


def test_an_empty_password_file_of_an_interrupted_run_is_filled(elsewhere: Path) -> None:
    (elsewhere / ".local").mkdir()
    (elsewhere / ".local/password").touch()
    assert len(private.secret("password")) >= 32


def test_the_configuration_keeps_what_a_person_wrote(elsewhere: Path) -> None:
    file = elsewhere / "Pulumi.local.yaml"
    file.write_text(yaml.safe_dump({"encryptionsalt": "v1:x", "config": {"lighthouse:memory": "2GiB"}}))
    assert configuration.write(OURS, 15440)
    assert not configuration.write(OURS, 15440)
    assert yaml.safe_load(file.read_text())["encryptionsalt"] == "v1:x"
    found = _config(elsewhere)
    assert found["lighthouse:memory"] == "2GiB"
    assert found["lighthouse:image"] == OURS.reference
    assert found["lighthouse:apache_fallback"] is True


def test_the_community_image_asks_for_no_fallback(elsewhere: Path) -> None:
    configuration.write(OFFICIAL, 15440)
    assert "lighthouse:apache_fallback" not in _config(elsewhere)


def test_names_of_two_checkouts_differ(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = configuration.base_name()
    monkeypatch.setattr(places, "LOCAL", elsewhere / "other" / ".local")
    assert configuration.base_name() != first
    assert first.startswith("lighthouse-local-")


def test_a_taken_port_is_avoided_at_first_and_named_later(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = int(taken.getsockname()[1])
        monkeypatch.setattr(configuration, "FIRST_PORT", number)
        free = configuration.port(set())
        assert free > number
        configuration.write(OURS, number)
        before = (elsewhere / "Pulumi.local.yaml").read_bytes()
        with pytest.raises(Stop) as stop:
            configuration.port(set())
        assert str(number) in str(stop.value)
        assert (elsewhere / "Pulumi.local.yaml").read_bytes() == before
        assert configuration.port({number}) == number  # our own container holds it


def test_broken_yaml_is_named_in_one_sentence(elsewhere: Path) -> None:
    (elsewhere / "Pulumi.local.yaml").write_text("config: [")
    with pytest.raises(Stop) as stop:
        configuration.get("port")
    assert "Pulumi.local.yaml" in str(stop.value)
    assert "\n" not in str(stop.value)


@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("unshare") is None, reason="a small disk needs root and unshare")
def test_a_full_disk_is_a_sentence_and_leaves_no_part_of_a_file(tmp_path: Path) -> None:
    code = (
        "import os; from pathlib import Path; from tools.local import interrupts, private\n"
        "with interrupts.one_sentence():\n"
        "    try: private.write(Path('small/file'), 'x' * 1000000)\n"
        "    finally: print(os.listdir('small'))\n"
    )
    script = f'mkdir small && mount -t tmpfs -o size=64k none small && exec "{sys.executable}" -c "$1"'
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", script, "sh", code],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(root)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "disk is full" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout.strip() == "[]"
