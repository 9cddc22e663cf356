"""Packages that bring a service: it is neither started nor enabled.

Debian's own scripts are not run here; what they are told is.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tools.local import packages, places, process
from tools.local.failure import Stop

SAYS_NO = 101  # policy-rc.d's answer that forbids an action
DISABLED = [("update-rc.d ssh disable", ""), ("systemctl disable ssh.socket", "")]


@pytest.fixture
def policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the answer to "may a service start?" is looked for; a machine where a program is missing."""
    path = tmp_path / "policy-rc.d"
    monkeypatch.setattr(packages, "_POLICY", path)
    monkeypatch.setattr(packages, "can_install", lambda: True)
    monkeypatch.setattr(packages, "_has", lambda program: program in ("update-rc.d", "systemctl"))
    monkeypatch.setattr(places, "cache", lambda: tmp_path)
    return path


def need(monkeypatch: pytest.MonkeyPatch, policy: Path, *services: str, code: int = 0) -> list[tuple[str, str]]:
    """Each command that is run while a missing program is installed, with the policy at that moment."""
    seen: list[tuple[str, str]] = []

    def run(command: list[str], **more: Any) -> tuple[int, str]:
        seen.append((" ".join(command[:3]), policy.read_text() if policy.exists() else ""))
        if code and more.get("check", True):
            raise Stop("it failed.")
        return code, ""

    monkeypatch.setattr(process, "run", run)
    with pytest.raises(Stop):
        packages.need("no-such-program", "server", purpose="the test", say=lambda _: None, services=services)
    return seen


def test_no_service_starts_and_none_is_enabled(monkeypatch: pytest.MonkeyPatch, policy: Path) -> None:
    """The policy stands while packages are installed, and goes with the installation."""
    (installing, policy_then), *disabling = need(monkeypatch, policy, "ssh")
    assert installing == "apt-get install -y"
    assert f"exit {SAYS_NO}" in policy_then
    assert disabling == DISABLED
    assert not policy.exists()


def test_a_failed_installation_leaves_no_policy(monkeypatch: pytest.MonkeyPatch, policy: Path) -> None:
    """Nor an enabled service."""
    seen = need(monkeypatch, policy, "ssh", code=1)
    assert seen[-2:] == DISABLED
    assert not policy.exists()


def test_the_policy_of_a_killed_run_is_taken_away_and_anothers_stays(
    monkeypatch: pytest.MonkeyPatch, policy: Path
) -> None:
    """An administrator's own decides."""
    policy.write_bytes(packages._NO_START)
    need(monkeypatch, policy, "ssh")
    assert not policy.exists()
    policy.write_text("#!/bin/sh\nexit 0\n")
    need(monkeypatch, policy, "ssh")
    assert policy.read_text() == "#!/bin/sh\nexit 0\n"


def test_packages_without_a_service_need_no_policy(monkeypatch: pytest.MonkeyPatch, policy: Path) -> None:
    """They are installed as ever."""
    assert need(monkeypatch, policy) == [("apt-get install -y", "")]
