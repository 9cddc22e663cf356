"""``tsdb bootstrap``: its options; the work is imported when it is called."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Annotated

import typer

from ..aws.clients import installed
from ..options import Folder, Json


def register(app: typer.Typer, epilog: str, sentences: Callable[[], AbstractContextManager[None]]) -> None:
    """Add the command; epilog: exit codes. sentences: turns our errors into one sentence and exit code 2."""

    @app.command(epilog=epilog)
    def bootstrap(
        stack: Annotated[
            str | None, typer.Option("--stack", "-s", help="The stack whose region is used, from Pulumi.<stack>.yaml.")
        ] = None,
        region: Annotated[str | None, typer.Option(help="AWS region, instead of the stack's.")] = None,
        bucket: Annotated[
            str | None, typer.Option(help="Name of the bucket; default <project>-pulumi-state-<account>-<region>.")
        ] = None,
        alias: Annotated[str | None, typer.Option(help="Alias of the key; default alias/<project>-pulumi.")] = None,
        yes: Annotated[bool, typer.Option("--yes", help="Make what is missing; without, it is only shown.")] = False,
        print_policy: Annotated[
            str | None,
            typer.Option(
                help="Only print an IAM policy of whoever deploys: roles, host, watch or operate, which they all need, "
                "or push, for settings with push=True."
            ),
        ] = None,
        cwd: Folder = ".",
        as_json: Json = False,
    ) -> None:
        """Make what Pulumi needs on AWS: a bucket for state and a key for secrets; then say how to log in.

        A second run changes nothing. Pulumi locks each stack in the bucket (.pulumi/locks) while it runs; pulumi cancel
        takes off the lock of a run that was killed. Ends with 1 while something is missing.
        """
        with sentences():
            installed()
            from . import command

            asked = command.Question(cwd, stack, region, bucket, alias, yes)
            if print_policy is not None:
                command.print_policy(asked, print_policy)
                return
            good = command.run(asked, as_json=as_json)
        raise typer.Exit(0 if good else 1)
