"""Planning as another role than the one that deploys, so that a pipeline's preview needs no right to change anything.

``TSDB_READ_AS`` names the role and ``TSDB_READ_AS_PASSWORD_REF`` where its password is (a reference as everywhere;
unset for none). The declared connection stays as it is, so that plans and digests are the deploying role's: what a rule
asks about "the connection's role" is asked about that one, by :data:`WRITER`. Nothing can be written meanwhile.

Such a role reads catalogs and the ledger alone. It does not see whether a role's password is the declared one, counts
no rows that ANALYZE has not estimated, and cannot have a new aggregate's query validated where that reads a table.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from ..errors import Refusal
from . import secret

if TYPE_CHECKING:
    from .session import Connection

USER, PASSWORD_REF = "TSDB_READ_AS", "TSDB_READ_AS_PASSWORD_REF"
SETTING = "pulumi_timescaledb.writer"  # of the session: the role that deploys
# the role whose rights decide what a run could do; SQL
WRITER = f"coalesce(nullif(current_setting('{SETTING}', true), '')::name, current_user)"


def chosen(environment: Mapping[str, str] = os.environ) -> str:
    """The role to read as; empty for the connection's own."""
    return environment.get(USER, "")


def instead(connection: Connection, environment: Mapping[str, str] = os.environ) -> Connection:
    """The connection as the role that reads, or as it is. Raises BadReference."""
    user = chosen(environment)
    if not user:
        return connection
    reference = environment.get(PASSWORD_REF, "")
    if reference:
        secret.validate(reference, PASSWORD_REF)
    return replace(connection, user=user, password_ref=reference)


def refuse(name: str, environment: Mapping[str, str] = os.environ) -> None:
    """Refuse to write while another role reads; name: of the object."""
    if chosen(environment):
        raise Refusal(f"{name} was not changed, because {USER} is set, which only reads; unset it to deploy")
