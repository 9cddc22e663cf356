"""The user's own settings: brought to text, and refused where they cannot work."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType

from .mandatory import DECIDED_BY_ARGUMENT, DECIDED_BY_LAYOUT
from .refusals import BadValue, CannotStart, MandatorySetting
from .sizes import GIB, KIB, MIB, TIB

_NAME = re.compile(r"[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)?")
_NUMBER = re.compile(r"\s*(\d+)\s*(B|kB|MB|GB|TB)?\s*")
_UNITS = MappingProxyType({"B": 1, "kB": KIB, "MB": MIB, "GB": GIB, "TB": TIB})
_SECRET = re.compile(r"\bpassword\s*=", re.IGNORECASE)
_RESERVED = 3  # superuser_reserved_connections where nobody sets it


def argument(name: str) -> str:
    """How a setting is named in a refusal."""
    return f'settings["{name}"]'


def normalised(overrides: Mapping[str, object]) -> dict[str, str]:
    """The settings as texts: booleans become on and off, numbers their digits.

    Raises:
        BadValue: for a name or value that cannot stand on the server's command line, and for a value that carries a
            password, because the command line is visible to ``docker inspect``.
    """
    return {name: _text(name, value) for name, value in overrides.items()}


def refuse_mandatory(names: Collection[str], mandatory: Collection[str]) -> None:
    """Refuse settings that this library decides.

    Raises:
        MandatorySetting: with the argument that decides the setting, where there is one.
    """
    decided = {**DECIDED_BY_LAYOUT, **DECIDED_BY_ARGUMENT}
    for name in sorted(names):
        if name in mandatory or name in decided:
            remedy = decided.get(name, "leave it out")
            raise MandatorySetting(argument(name), "is decided by the library", remedy)


def refuse_unstartable(values: Mapping[str, str], chosen: Collection[str], memory: int) -> None:
    """Refuse combinations with which PostgreSQL does not start or is killed as soon as it works.

    Args:
        values: all settings as they would be passed.
        chosen: the names the user chose, one of which the refusal names.
        memory: bytes the server may use.

    Raises:
        CannotStart: naming the setting and the bound.
    """
    for name, rule in _RULES.items():
        if name in chosen:
            complaint = rule(values, memory)
            if complaint is not None:
                problem, remedy = complaint
                raise CannotStart(argument(name), problem, remedy)


def size_of(text: str, block: int) -> int | None:
    """Bytes of a PostgreSQL size; a bare number counts blocks of ``block`` bytes; None when it is no size."""
    match = _NUMBER.fullmatch(text)
    return None if match is None else int(match.group(1)) * _UNITS.get(match.group(2) or "", block)


def count_of(values: Mapping[str, str], name: str, default: int) -> int:
    """A whole number among the settings, or the default where it is absent.

    Raises:
        BadValue: when it is not a whole number.
    """
    text = values.get(name, str(default))
    if not re.fullmatch(r"\d{1,7}", text):
        raise BadValue(argument(name), "is not a whole number", "write digits only")
    return int(text)


def _text(name: object, value: object) -> str:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise BadValue(argument(str(name)), "is not a setting's name", "write it in lower case as the manual does")
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, (int, float)):
        return f"{value:g}" if isinstance(value, float) else str(value)
    if not isinstance(value, str) or not value.isprintable():
        raise BadValue(argument(name), "is not a text, number or boolean on one line", 'write it as "10MB" or 0.9')
    if _SECRET.search(value):
        raise BadValue(argument(name), "carries a password", "name a password file or a service instead")
    return value


_Complaint = tuple[str, str] | None


def _shared_buffers(values: Mapping[str, str], memory: int) -> _Complaint:
    size = size_of(values["shared_buffers"], 8 * KIB)
    if size is None or size < 128 * KIB:
        return "is not a size of at least 128kB", 'write a size such as "512MB"'
    if size >= memory:
        return f"is not below the declared memory of {memory // MIB}MB", "lower it, or declare more memory"
    return None


def _max_connections(values: Mapping[str, str], memory: int) -> _Complaint:
    reserved = count_of(values, "superuser_reserved_connections", _RESERVED) + count_of(
        values, "reserved_connections", 0
    )
    if count_of(values, "max_connections", 100) <= reserved:
        return f"leaves none beside the {reserved} reserved connections", "raise it, or reserve fewer"
    return None


def _wal_level(values: Mapping[str, str], memory: int) -> _Complaint:
    if values["wal_level"] != "minimal":
        return None
    if count_of(values, "max_wal_senders", 10) > 0:
        return 'is "minimal" while max_wal_senders is above 0', "set max_wal_senders to 0 as well"
    if values.get("archive_mode", "off") != "off":
        return 'is "minimal" while archive_mode is on', "choose replica"
    return None


def _wal_size(name: str) -> Callable[[Mapping[str, str], int], _Complaint]:
    def rule(values: Mapping[str, str], memory: int) -> _Complaint:
        size = size_of(values[name], MIB)
        if size is None or size < 32 * MIB:
            return "is not a size of at least two WAL segments", 'write at least "32MB"'
        return None

    return rule


_RULES: Mapping[str, Callable[[Mapping[str, str], int], _Complaint]] = MappingProxyType(
    {
        "max_connections": _max_connections,
        "max_wal_size": _wal_size("max_wal_size"),
        "min_wal_size": _wal_size("min_wal_size"),
        "reserved_connections": _max_connections,
        "shared_buffers": _shared_buffers,
        "superuser_reserved_connections": _max_connections,
        "wal_level": _wal_level,
    }
)
