"""The component: an existing server under the contract of every host; it creates nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from ...program import refusing
from ..inputs import calculated, known
from .args import DatabaseArgs
from .spec import connection, endpoint, refuse


class Database(pulumi.ComponentResource):
    """An existing PostgreSQL server whose database this program manages, by reference.

    What cannot be managed there is probed by ``DatabaseObjects`` and listed in every preview.
    """

    connection: pulumi.Output[Mapping[str, Any]]
    """How to reach the database, with a reference to the password."""
    endpoint: pulumi.Output[str]
    """``host:port``."""

    def __init__(self, name: str, args: DatabaseArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declare where the server is.

        Args:
            name: of the component.
            args: see :class:`DatabaseArgs`.
            opts: of the component.

        Raises:
            pulumi.RunError: one sentence that names the argument which cannot be used.
        """
        super().__init__("timescaledb:managed:Database", name, {}, opts)
        with refusing():
            refuse(known(args), args)
        self.connection = calculated(args, connection)
        self.endpoint = self.connection.apply(endpoint)
        self.ready: Sequence[pulumi.Resource] = []
        self.data_volume: pulumi.Resource | None = None
        self.register_outputs({"connection": self.connection, "endpoint": self.endpoint})
