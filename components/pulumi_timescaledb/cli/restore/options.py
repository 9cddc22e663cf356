"""``tsdb restore``: its options; the work is imported when it is called."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Annotated

import typer

from ...errors import Refusal
from ..aws.clients import installed
from ..options import Folder, Json


def register(app: typer.Typer, epilog: str, sentences: Callable[[], AbstractContextManager[None]]) -> None:
    """Add the command; epilog: exit codes. sentences: turns our errors into one sentence and exit code 2."""

    @app.command(epilog=epilog)
    def restore(
        stack: Annotated[
            str | None, typer.Option("--stack", "-s", help="The stack, read from Pulumi.<stack>.yaml.")
        ] = None,
        recovery_point: Annotated[
            str | None, typer.Option(help="ARN of a recovery point in the stack's vault; tsdb verify names the newest.")
        ] = None,
        snapshot: Annotated[str | None, typer.Option(help="Id of a snapshot instead: snap-...")] = None,
        zone: Annotated[
            str | None, typer.Option(help="Zone of the new volume, where neither a volume nor a host is left.")
        ] = None,
        another_database: Annotated[
            bool, typer.Option("--another-database", help="The snapshot is of another database, and that is meant.")
        ] = False,
        yes: Annotated[bool, typer.Option("--yes", help="Do it; without, only what would be done is shown.")] = False,
        wait: Annotated[int, typer.Option(min=1, help="Seconds that a stop, a volume or a boot may take.")] = 900,
        state: Annotated[
            str | None,
            typer.Option(help="Only rewrite an exported stack from stdin to stdout: <old volume>=<new volume>."),
        ] = None,
        cwd: Folder = ".",
        as_json: Json = False,
    ) -> None:
        """Restore a database on AWS: a new volume from a recovery point takes the place of the old one.

        The host is stopped in order first, and nothing is deleted. Run again after a failure, it does what is missing.
        Without --yes it only shows its steps.
        """
        with sentences():
            installed()
            from .command import Question, rewrite, run

            if state is not None:
                rewrite(state)
                return
            if stack is None:
                raise Refusal("name the stack whose database is restored: --stack <name>")
            asked = Question(stack, cwd, recovery_point, snapshot, zone, another_database, yes, wait)
            run(asked, as_json=as_json)
