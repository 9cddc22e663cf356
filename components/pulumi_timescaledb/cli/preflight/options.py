"""``tsdb preflight``: its options; the work is imported when it is called."""

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
    def preflight(
        stack: Annotated[str, typer.Option("--stack", "-s", help="The stack, read from Pulumi.<stack>.yaml.")],
        cwd: Folder = ".",
        as_json: Json = False,
    ) -> None:
        """Check that an AWS account has what a stack takes, before its first pulumi up. Changes nothing.

        Needs neither Pulumi nor a login there. Ends with 1 where something would be refused or fail.
        """
        with sentences():
            installed()
            from .command import run

            good = run(stack, cwd, as_json=as_json)
        raise typer.Exit(0 if good else 1)
