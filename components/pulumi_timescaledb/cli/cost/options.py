"""``tsdb cost``: its options; the work is imported when it is called."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal
from typing import Annotated, Any

import typer

from ...errors import Refusal
from ..options import Folder, Json


def register(app: typer.Typer, epilog: str, sentences: Callable[[], AbstractContextManager[None]]) -> None:
    """Add the command; epilog: exit codes. sentences: turns our errors into one sentence and exit code 2."""

    @app.command(epilog=epilog)
    def cost(
        stack: Annotated[
            str | None, typer.Option("--stack", "-s", help="The stack, read from Pulumi.<stack>.yaml.")
        ] = None,
        against: Annotated[str | None, typer.Option(help="Another stack, to stand beside the first.")] = None,
        cwd: Folder = ".",
        region: Annotated[str | None, typer.Option(help="AWS region, instead of the stack's.")] = None,
        instance_type: Annotated[str | None, typer.Option(help="EC2 type, instead of the stack's.")] = None,
        market: Annotated[str | None, typer.Option(help="spot or on-demand, instead of the stack's.")] = None,
        storage_gb: Annotated[int | None, typer.Option(help="Size of the data volume in GB.")] = None,
        iops: Annotated[int | None, typer.Option(help="IOPS of the data volume, 3000 to 80000.")] = None,
        throughput: Annotated[int | None, typer.Option(help="MiB/s of the data volume, 125 to 2000.")] = None,
        egress: Annotated[str | None, typer.Option(help="nat, public-ip, ipv6 or endpoints.")] = None,
        transfer_gb: Annotated[int | None, typer.Option(help="Sent to the internet a month, in GB.")] = None,
        archive_days: Annotated[
            int | None, typer.Option(help="Days that an archive in S3 reaches back, 0 for none.")
        ] = None,
        at_most: Annotated[
            int | None, typer.Option(min=0, help="End with 1 when the list price of a month is above, in dollars.")
        ] = None,
        refresh: Annotated[
            bool, typer.Option("--refresh", help="Read live prices of AWS, on spot the last 7 days'.")
        ] = False,
        save: Annotated[
            bool, typer.Option("--save", help="Keep them in prices.<region>.json beside the program, for its previews.")
        ] = False,
        as_json: Json = False,
        as_markdown: Annotated[bool, typer.Option("--markdown", help="Print a table for a pull request.")] = False,
    ) -> None:
        """Estimate what a stack costs a month: every line, at list price and after the free tier. Changes nothing
        on AWS.

        Without --stack the settings' defaults are priced, with what the other options say.
        """
        from .command import Question, run

        changes: dict[str, Any] = {
            "region": region,
            "instance_type": instance_type,
            "market": market,
            "storage_gb": storage_gb,
            "iops": iops,
            "throughput": throughput,
            "egress": egress,
            "archive_days": archive_days,
            "transfer_gb": None if transfer_gb is None else Decimal(transfer_gb),
        }
        with sentences():
            if as_json and as_markdown:
                raise Refusal("--json and --markdown are two forms; give one of them")
            form = "json" if as_json else "markdown" if as_markdown else "text"
            given = {name: value for name, value in changes.items() if value is not None}
            within = run(Question(cwd, stack, against, given, refresh, save, at_most), form)
        raise typer.Exit(0 if within else 1)
