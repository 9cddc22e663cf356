"""The program a cloud host runs when it boots, packed as EC2 user data. Pure: files in, bytes out.

The program itself is in ``userdata/``, at the top of the repository and, under that name, in this package.
"""

from __future__ import annotations

from .metrics import DIMENSION, Metric, metrics
from .pack import LIMIT, UserDataTooLarge, user_data, user_data_base64
from .values import BadBootValue, HostValues

__all__ = [
    "DIMENSION",
    "LIMIT",
    "BadBootValue",
    "HostValues",
    "Metric",
    "UserDataTooLarge",
    "metrics",
    "user_data",
    "user_data_base64",
]
