"""The database on the server, and who connects."""

from __future__ import annotations

from dataclasses import dataclass

from .forms import IDENTIFIER, REFERENCE, optional
from .key import setting


@dataclass(frozen=True)
class Server:
    """database, database_user: what the engine manages, and as whom. password_ref: that user's password, by
    reference. app_password_ref: the password of lighthouse_app; None leaves that role without login."""

    database: str = setting(IDENTIFIER, "lighthouse", "Name of the database.")
    database_user: str = setting(IDENTIFIER, "postgres", "Role that manages the database's objects.")
    password_ref: str | None = setting(
        optional(REFERENCE),
        "",
        "Where that role's password is: file:<path>, env:<NAME>, ssm:<parameter> or secretsmanager:<secret>; "
        "never the password itself.",
    )
    app_password_ref: str | None = setting(
        optional(REFERENCE), "", "Where the password of lighthouse_app is; empty leaves that role without login."
    )
