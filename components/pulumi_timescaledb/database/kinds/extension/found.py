"""Extensions of this database as the catalog shows them."""

from __future__ import annotations

from ...capabilities import Capabilities
from ...kind import Cursor, Found
from .wanted import Extension

QUERY = """
SELECT e.extname AS name, e.extversion AS version, n.nspname AS schema, e.extrelocatable AS relocatable
FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
"""


def read(cursor: Cursor, capabilities: Capabilities) -> dict[str, Found]:
    """Every extension by name; facts: whether its schema can be changed."""
    del capabilities
    return {
        row["name"]: Found(Extension(row["name"], row["version"], row["schema"]), {"relocatable": row["relocatable"]})
        for row in cursor.execute(QUERY)
    }
