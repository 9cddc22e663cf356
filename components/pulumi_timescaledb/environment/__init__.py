"""Lighthouse's environment put together: settings of the stack, the host they ask for, the stack's outputs.

The only room that knows all others. What is inside the database is declared by the program, in ``__main__.py``.
"""

from .outputs import connection_string, outputs
from .placed import Placed
from .stack import host, settings

__all__ = ["Placed", "connection_string", "host", "outputs", "settings"]
