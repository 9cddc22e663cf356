"""Packages of the distribution, installed only on Debian and Ubuntu and only as root."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from tools.local import lock, places, process
from tools.local.failure import Stop

_POLICY = Path("/usr/sbin/policy-rc.d")
_NO_START = b"#!/bin/sh\n# pulumi-timescaledb: no service starts while packages are installed; delete it\nexit 101\n"


def release() -> dict[str, str]:
    """The fields of os-release(5); empty where there is none."""
    for path in ("/etc/os-release", "/usr/lib/os-release"):
        try:
            with open(path, encoding="utf-8") as file:
                pairs = (text.strip().partition("=") for text in file if "=" in text)
                return {key: value.strip("\"'") for key, _, value in pairs}
        except OSError:
            continue
    return {}


def can_install() -> bool:
    """True on Debian, Ubuntu and their children, as root, with apt-get."""
    fields = release()
    kin = {fields.get("ID", ""), *fields.get("ID_LIKE", "").split()}
    return bool(kin & {"debian", "ubuntu"}) and os.geteuid() == 0 and shutil.which("apt-get") is not None


def search_path() -> str:
    """PATH, and where the distribution keeps programs for root even when PATH does not say so."""
    return os.environ.get("PATH", os.defpath) + ":/usr/local/sbin:/usr/sbin:/sbin"


def install(*names: str, say: Callable[[str], None]) -> None:
    """Install packages without questions and without recommended extras.

    Raises:
        Stop: apt-get failed twice.
    """
    with _alone():
        _apt_get(names, say)


def install_programs(packages_of: Mapping[str, str], say: Callable[[str], None]) -> list[str]:
    """Install what is missing of some programs, where we may, and say which packages are missing still.

    Args:
        packages_of: package by program.
        say: told what is installed.

    Raises:
        Stop: apt-get failed twice.
    """
    with _alone():
        missing = _missing(packages_of)
        if missing and can_install():
            _apt_get(missing, say)
        return _missing(packages_of)


def need(program: str, *names: str, purpose: str, say: Callable[[str], None], services: Sequence[str] = ()) -> str:
    """Path of a program, installed from the distribution when it is missing and we may.

    Args:
        program: to look for.
        names: packages that have it.
        purpose: what needs it, to begin a sentence with.
        say: told what is installed.
        services: come with the packages, and are neither started nor enabled.

    Raises:
        Stop: it is missing and cannot be installed here.
    """
    with _alone():
        found = shutil.which(program, path=search_path())
        if found is None and can_install():
            with _idle(services):
                _apt_get(names, say)
            found = shutil.which(program, path=search_path())
    if found is None:
        raise Stop(f"{purpose} needs {program}: install {', '.join(names)}, or run this as root on Debian or Ubuntu.")
    return found


def _alone() -> AbstractContextManager[None]:
    """One process of ours looks and installs at a time: apt-get fails beside another one, and a program that is being
    unpacked does not work yet."""
    return lock.waiting(places.cache() / "packages.lock")


@contextmanager
def _idle(services: Sequence[str]) -> Iterator[None]:
    """Leave the services of packages that are installed meanwhile off, now and at the next start of the machine.

    Debian's scripts start none where policy-rc.d ends with 101 (invoke-rc.d(8)), but enable them all the same.
    """
    ours = bool(services) and (not _POLICY.exists() or _POLICY.read_bytes() == _NO_START)
    if ours:
        _POLICY.write_bytes(_NO_START)
        _POLICY.chmod(0o755)
    try:
        yield
    finally:
        if ours:
            _POLICY.unlink()
        for name in services:  # by the service itself, or, as Ubuntu has it, by its socket
            for command in (["update-rc.d", name, "disable"], ["systemctl", "disable", f"{name}.socket"]):
                if _has(command[0]):
                    process.run(command, what=f"disabling the service {name}", check=False)


def _has(program: str) -> bool:
    return shutil.which(program, path=search_path()) is not None


def _missing(packages_of: Mapping[str, str]) -> list[str]:
    path = search_path()
    return sorted({package for program, package in packages_of.items() if shutil.which(program, path=path) is None})


def _apt_get(names: Sequence[str], say: Callable[[str], None]) -> None:
    """Lists are refreshed only when the first try fails: fresh machines have none, others are spared the wait."""
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *names]
    say(f"installing {' '.join(names)} from the distribution")
    code, _ = process.run(command, what=f"installing {names[0]}", env=env, check=False)
    if code != 0:
        say("refreshing the package lists")
        process.run(["apt-get", "update", "-q"], what="refreshing the package lists", env=env)
        process.run(command, what=f"installing {' '.join(names)}", env=env)
