"""``tsdb drill``: its options; the work is imported when it is called."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Annotated

import typer

from ..aws.clients import installed
from ..options import Folder, Json


def register(app: typer.Typer, epilog: str, sentences: Callable[[], AbstractContextManager[None]]) -> None:
    """Add the command; epilog: exit codes. sentences: turns our errors into one sentence and exit code 2."""
    drills = typer.Typer(no_args_is_help=True, help="Cause an outage on purpose, and measure it.")
    app.add_typer(drills, name="drill")

    # without it typer makes the only command of a group the group itself
    @drills.callback()
    def group() -> None:
        """Cause an outage on purpose, and measure it."""

    @drills.command(epilog=epilog)
    def spot(
        stack: Annotated[str, typer.Option("--stack", "-s", help="The stack, whose host is bought as spot.")],
        yes: Annotated[bool, typer.Option("--yes", help="The outage is meant.")] = False,
        production: Annotated[bool, typer.Option("--production", help="Also in production.")] = False,
        wait: Annotated[int, typer.Option(min=60, help="Seconds that the next host may take.")] = 900,
        cwd: Folder = ".",
        as_json: Json = False,
    ) -> None:
        """End the spot host while writing: how long no write is confirmed, and how many confirmed ones are lost.

        The group ends the host as it does after a spot notice, without the two minutes' warning. Ends with 1 where
        confirmed writes are lost, no other host took over, or it does not answer.
        """
        from .. import target

        with sentences():
            installed()
            from . import command

            chosen = target.choose(None, stack, cwd)
            good = command.spot(chosen, production=production, yes=yes, wait=wait, as_json=as_json)
        raise typer.Exit(0 if good else 1)
