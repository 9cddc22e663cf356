"""Which changes of a policy may show rows to somebody who could not see them: all but the known tighter ones.

Not proved here: what a server lets through.
"""

from __future__ import annotations

import pytest
from pulumi_timescaledb.database.kinds.row_security.change import opens
from pulumi_timescaledb.database.kinds.row_security.wanted import Policy

from .changes_of_tenants import TENANT


@pytest.mark.parametrize(
    ("old", "new", "opened"),
    [
        (None, TENANT, True),
        (None, TENANT._replace(permissive=False), False),
        (TENANT, None, False),
        (TENANT._replace(permissive=False), None, True),
        (TENANT, TENANT._replace(permissive=False), False),
        (TENANT._replace(permissive=False), TENANT, True),
        (TENANT, TENANT._replace(using="org = 2"), True),
        (TENANT, TENANT._replace(using="false"), False),
        (TENANT._replace(using="true"), TENANT, False),
        (TENANT, TENANT._replace(check="true"), True),
        (TENANT._replace(check="true"), TENANT, False),
        (TENANT, TENANT._replace(check="org = 1"), False),
        (TENANT, TENANT._replace(command="SELECT"), False),
        (TENANT._replace(command="SELECT"), TENANT, True),
        (TENANT._replace(command="SELECT"), TENANT._replace(command="UPDATE"), True),
        (TENANT, TENANT._replace(roles=("app",)), False),
        (TENANT._replace(roles=("app",)), TENANT, True),
        (TENANT._replace(roles=("app", "b")), TENANT._replace(roles=("b",)), False),
        (TENANT._replace(roles=("b",)), TENANT._replace(roles=("app", "b")), True),
        (TENANT._replace(permissive=False), TENANT._replace(permissive=False, roles=("app",)), True),
        (TENANT._replace(permissive=False, roles=("app",)), TENANT._replace(permissive=False), False),
        (TENANT._replace(permissive=False), TENANT._replace(permissive=False, command="SELECT"), True),
        (TENANT._replace(permissive=False, command="SELECT"), TENANT._replace(permissive=False), False),
        (TENANT._replace(permissive=False), TENANT._replace(permissive=False, using="false"), False),
        (TENANT._replace(permissive=False), TENANT._replace(permissive=False, using="true"), True),
    ],
)
def test_only_what_is_known_to_be_tighter_opens_nothing(old: Policy | None, new: Policy | None, opened: bool) -> None:
    """Permissive policies add rows and restrictive ones take them away; of two expressions nobody knows."""
    assert opens(old, new) is opened
