"""What any container running PostgreSQL with TimescaleDB needs: layout, image reference, settings. Pure values.

No module here knows of Pulumi, Docker or AWS, so that every host computes the same server from the same numbers.
"""

from .image import OFFICIAL, OFFICIAL_FAMILY, Reference, edition_of, parse_reference, postgres_major_of
from .layout import FAMILIES, POSTGRES_VERSIONS, Layout, layout_of
from .parameters import parameters, values
from .refusals import (
    ArgumentRefused,
    BadValue,
    CannotStart,
    MandatorySetting,
    MovingTag,
    NotAReference,
    OutOfRange,
    UnknownArgument,
    UnusableFile,
    VersionMismatch,
)
from .setting import Setting
from .shared_memory import shared_memory_mib
from .sizes import GIB, KIB, MIB, TIB, parse_size, postgres_size
from .tuning import Machine, tune

__all__ = [
    "FAMILIES",
    "GIB",
    "KIB",
    "MIB",
    "OFFICIAL",
    "OFFICIAL_FAMILY",
    "POSTGRES_VERSIONS",
    "TIB",
    "ArgumentRefused",
    "BadValue",
    "CannotStart",
    "Layout",
    "Machine",
    "MandatorySetting",
    "MovingTag",
    "NotAReference",
    "OutOfRange",
    "Reference",
    "Setting",
    "UnknownArgument",
    "UnusableFile",
    "VersionMismatch",
    "edition_of",
    "layout_of",
    "parameters",
    "parse_reference",
    "parse_size",
    "postgres_major_of",
    "postgres_size",
    "shared_memory_mib",
    "tune",
    "values",
]
