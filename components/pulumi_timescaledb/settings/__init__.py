"""Lighthouse's stack configuration as frozen values: each key read once, checked, and refused in one sentence.

Nothing here knows of Pulumi: the configuration is a plain mapping of ``lighthouse:*`` keys to texts.
"""

from .docker import Docker
from .ec2 import Ec2
from .key import BadSetting
from .managed import Managed
from .read import TOPICS, Settings, as_config, read
from .retention import Retention
from .server import Server
from .target import Target, is_disposable

__all__ = [
    "TOPICS",
    "BadSetting",
    "Docker",
    "Ec2",
    "Managed",
    "Retention",
    "Server",
    "Settings",
    "Target",
    "as_config",
    "is_disposable",
    "read",
]
