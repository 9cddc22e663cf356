"""The files of the boot program as they go onto a host: without comments and indentation, which stay in the repository.

EC2 takes 16,384 bytes of user data: what a machine does not read has no room there.
"""

from __future__ import annotations

import re
from pathlib import Path

PLACE = "/opt/timescaledb-host"
"""Where the program lies on a host."""

_FOLDER = Path(__file__).with_name("userdata")
_UNITS = "units"
_TABLES = (".sql", ".tsv")
_COMMENT = re.compile(r"^\s*(#(?!!)|-- ).*\n", re.MULTILINE)
# one with a quote in it stays, as it may stand inside of a text; an apostrophe is none
_TRAILING = re.compile(r"(?<=\S) +# (?:[^'\"\n]|\b'\b)*$", re.MULTILINE)
_MEANING = re.compile(r"\t[^\t\n]*$", re.MULTILINE)
_CONTINUED = re.compile(r" \\\n\s*")
_INDENTATION = re.compile(r"^\s+", re.MULTILINE)  # and empty lines


def program() -> dict[str, str]:
    """Path on the host and content of every program file, the steps first; the systemd units are not among them.

    What repeats costs least right after its like: in this order it all takes a hundred bytes less.
    """
    found: dict[str, str] = {}
    backwards = sorted(_read(_FOLDER).items(), reverse=True)
    for path, text in sorted(backwards, key=lambda each: (each[0].endswith(_TABLES), not each[0].startswith("steps/"))):
        if not path.startswith(f"{_UNITS}/"):
            packed = _INDENTATION.sub("", _CONTINUED.sub(" ", _TRAILING.sub("", _COMMENT.sub("", text))))
            found[f"{PLACE}/{path}"] = _MEANING.sub("", packed) if path.endswith(".tsv") else packed
    return found


def units(mount: str) -> dict[str, str]:
    """Name and content of every systemd unit.

    Args:
        mount: mount point of the data volume, whose own unit is stopped after the database.
    """
    return {
        path.removeprefix(f"{_UNITS}/"): _COMMENT.sub("", text).replace("@MOUNT_UNIT@", mount_unit(mount))
        for path, text in _read(_FOLDER).items()
        if path.startswith(f"{_UNITS}/")
    }


def mount_unit(path: str) -> str:
    r"""The name systemd gives to a mount point, such as ``mnt-timescaledb\x2ddata.mount`` (systemd.unit(5))."""
    text = path.strip("/")
    escaped = "".join(_escaped(character, first=place == 0) for place, character in enumerate(text))
    return f"{escaped}.mount"


def text_of(name: str) -> str:
    """One file as it is in the repository, comments included."""
    return (_FOLDER / name).read_text(encoding="utf-8")


def _escaped(character: str, *, first: bool) -> str:
    if character == "/":
        return "-"
    if character.isascii() and (character.isalnum() or character in ":_" or (character == "." and not first)):
        return character
    return "".join(f"\\x{byte:02x}" for byte in character.encode())


def _read(folder: Path, before: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        name = f"{before}{entry.name}"
        if entry.name.startswith((".", "__")):
            continue
        if entry.is_dir():
            found.update(_read(entry, f"{name}/"))
        else:
            found[name] = entry.read_text(encoding="utf-8")
    return found
