"""The checkout's virtual environment, made from pyproject.toml and constraints.txt; a half-made one is made again."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import sys
from pathlib import Path

from tools.local import lock, packages, places, process, say
from tools.local.failure import Stop

PYTHON = places.VENV / "bin" / "python"
EXTRAS = "aws,docker,dev"
_MARK = places.VENV / "complete"


def prepare() -> None:
    """Make `.venv` when it is missing, half made, or older than its two source files.

    Raises:
        Stop: ensurepip is missing and cannot be installed, or pip failed.
    """
    wanted = _fingerprint()
    if _marked() == wanted:
        return
    with lock.waiting(places.cache() / f"venv-{places.short_hash(str(places.ROOT), 12)}.lock"):
        if _marked() == wanted:
            return
        with say.step("Python environment") as step:
            if not _same_python():
                _create(step)
            _MARK.unlink(missing_ok=True)
            step.doing("installing packages")
            process.run(
                [str(PYTHON), "-m", "pip", "install", "--no-input", "--disable-pip-version-check",
                 "--editable", f".[{EXTRAS}]", "--constraint", "constraints.txt"],
                what="installing Python packages", cwd=places.ROOT, on_line=lambda text: _show(step, text),
            )  # fmt: skip
            draft = _MARK.with_suffix(".new")
            draft.write_text(wanted, encoding="ascii")
            os.replace(draft, _MARK)
            step.result(f"made {places.VENV.name} with Python {sys.version.split()[0]}")


def _create(step: say.Step) -> None:
    if importlib.util.find_spec("ensurepip") is None:
        if not packages.can_install():
            raise Stop("this Python has no ensurepip, which `venv` needs: install the package python3-venv.")
        packages.install(f"python{sys.version_info[0]}.{sys.version_info[1]}-venv", say=step.note)
    if places.VENV.is_symlink():
        raise Stop(
            f"{places.VENV.name} is a symbolic link, which is not ours to empty: remove the link and run it again."
        )
    if places.VENV.exists():
        step.note(f"{places.VENV.name} is incomplete or of another Python: making it again")
        shutil.rmtree(places.VENV)
    process.run([sys.executable, "-m", "venv", str(places.VENV)], what="making the virtual environment")


def _show(step: say.Step, text: str) -> None:
    words = text.split()
    if words[:1] == ["Collecting"] and sys.stderr.isatty():
        step.doing(f"installing packages: {words[1]}")
    elif text.startswith("Installing collected packages"):
        step.doing("unpacking packages")


def _same_python() -> bool:
    """True when `.venv` was completed once by this very Python; packages may then be brought up to date in place."""
    return (_marked() or "").split(" ", 1)[0] == _python() and PYTHON.exists()


def _python() -> str:
    real = Path(sys.base_prefix).resolve()
    return hashlib.sha256(f"{real} {sys.version} {places.ROOT}".encode()).hexdigest()[:16]


def _fingerprint() -> str:
    digest = hashlib.sha256(EXTRAS.encode())
    for name in ("pyproject.toml", "constraints.txt"):
        digest.update((places.ROOT / name).read_bytes())
    return f"{_python()} {digest.hexdigest()[:16]}"


def _marked() -> str | None:
    try:
        return _MARK.read_text(encoding="ascii")
    except OSError:
        return None
