"""``tsdb ci-setup``: its options; the work is imported when it is called."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Annotated

import typer

from ..options import Folder, Json

ROLE = "tsdb_plan"


def register(app: typer.Typer, epilog: str, sentences: Callable[[], AbstractContextManager[None]]) -> None:
    """Add the command; epilog: exit codes. sentences: turns our errors into one sentence and exit code 2."""

    @app.command("ci-setup", epilog=epilog)
    def ci_setup(
        repository: Annotated[
            str | None, typer.Option(help="owner/name on GitHub, whose jobs may take the role on AWS.")
        ] = None,
        branch: Annotated[
            list[str] | None, typer.Option(help="A branch whose jobs may take it, beside pull requests; default main.")
        ] = None,
        environment: Annotated[
            list[str] | None, typer.Option(help="An environment of the repository whose jobs may take it.")
        ] = None,
        role_name: Annotated[str, typer.Option(help="Name of the role on AWS.")] = "timescaledb-plan",
        database_tag: Annotated[
            str | None, typer.Option(help="The host's tag timescaledb-database: lets a port be forwarded from it.")
        ] = None,
        region: Annotated[str | None, typer.Option(help="AWS region; default the environment's.")] = None,
        state_bucket: Annotated[str | None, typer.Option(help="The S3 bucket of Pulumi's state, to be read.")] = None,
        state_key: Annotated[
            str | None, typer.Option(help="ARN of the KMS key of Pulumi's secrets and of that bucket.")
        ] = None,
        database_role: Annotated[str, typer.Option(help="The role in the database.")] = ROLE,
        password_ref: Annotated[
            str | None,
            typer.Option(help="Where its password is: env:, file:, ssm: or secretsmanager:; never it."),
        ] = None,
        dsn: Annotated[
            str | None, typer.Option(envvar="TSDB_DSN", show_envvar=True, help="The database, as a superuser.")
        ] = None,
        via: Annotated[str | None, typer.Option(help="The way to the DSN's server; default direct.")] = None,
        stack: Annotated[str | None, typer.Option("--stack", "-s", help="The database of a stack, instead.")] = None,
        cwd: Folder = ".",
        remove: Annotated[bool, typer.Option("--remove", help="Take both roles away again.")] = False,
        yes: Annotated[bool, typer.Option("--yes", help="Do it; without this it is only shown.")] = False,
        as_json: Json = False,
    ) -> None:
        """Let a pipeline preview and change nothing: a role on AWS by OpenID Connect, and one in the database.

        With --repository the half on AWS, with --stack or --dsn the one in the database. Again and again; shown first.
        """
        from .. import target
        from .command import Question, run
        from .question import Cloud

        with sentences():
            cloud = None
            if repository is not None:
                cloud = Cloud(
                    repository,
                    tuple(branch or ("main",)),
                    tuple(environment or ()),
                    role_name,
                    database_tag or "",
                    region or "",
                    password_ref or "",
                    state_bucket or "",
                    state_key or "",
                )
            given = dsn is not None or stack is not None
            found = target.choose(dsn, stack, cwd, via) if given else None
            run(Question(cloud, found, database_role, password_ref or "", remove, yes), as_json=as_json)
