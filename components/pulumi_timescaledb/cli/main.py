"""Look into a TimescaleDB database from the command line.

Exit codes: 0 all good; 1 something falls short (a target missed, a finding of severity error); 2 wrong usage, or the
database or the stack cannot be reached or read; 130, 143, 129 ended by Ctrl-C, SIGTERM, SIGHUP.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from ..errors import TimescaleDBError

FALLS_SHORT, CANNOT, CTRL_C = 1, 2, 130
CODES = __doc__.partition("\n\n")[2] if __doc__ else ""  # python -OO strips docstrings

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)

Dsn = Annotated[
    str | None,
    typer.Option(
        envvar="TSDB_DSN",
        show_envvar=True,
        help="A libpq URI or keywords, instead of a stack. Rather give the password in PGPASSWORD, a passfile or "
        "TSDB_DSN: other users of this machine see a command line until it is read.",
    ),
]
Via = Annotated[
    str | None,
    typer.Option(help="The way to the DSN's server: ssh:<destination> or ssm:<instance id>; default direct."),
]
Stack = Annotated[str | None, typer.Option("--stack", "-s", help="The stack; default the selected one.")]
Folder = Annotated[str, typer.Option("--cwd", "-C", help="The project's folder.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines on stdout, and nothing else there.")]


@contextmanager
def sentences() -> Iterator[None]:
    """Our errors as one sentence on stderr and exit code 2; an ending signal as the code shells expect."""
    try:
        yield
    except TimescaleDBError as error:
        sys.stderr.write(f"error: {error}\n")
        raise typer.Exit(CANNOT) from None
    except KeyboardInterrupt as signal:
        sys.stderr.write("interrupted\n")
        raise typer.Exit(getattr(signal, "exit_code", CTRL_C)) from None


@app.command(epilog=CODES)
def url(dsn: Dsn = None, via: Via = None, stack: Stack = None, cwd: Folder = ".") -> None:
    """Print the full connection string, password included. Mind where it goes."""
    from . import target
    from .url import full

    with sentences():
        connection = target.choose(dsn, stack, cwd, via).connection
        print(full(connection))
        if connection.via:
            sys.stderr.write(f"this address is reached through {connection.via}\n")


@app.command(epilog=CODES)
def status(dsn: Dsn = None, via: Via = None, stack: Stack = None, cwd: Folder = ".", as_json: Json = False) -> None:
    """List the database's objects with their state."""
    from . import report, target
    from .status import describe

    with sentences():
        rows = describe(target.choose(dsn, stack, cwd, via).connection)
        report.table("objects", ("kind", "object", "state"), rows, as_json=as_json)


@app.command(epilog=CODES)
def verify(
    dsn: Dsn = None,
    via: Via = None,
    stack: Stack = None,
    cwd: Folder = ".",
    rows: Annotated[int, typer.Option(min=10_000, max=10_000_000, help="How many checks to insert.")] = 10_000,
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave the checks until the next verify; refused in production.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Verify Lighthouse: objects, inserted checks, three timed queries with their plans. Cleans up after itself."""
    from . import target
    from .verify.command import run

    with sentences():
        good = run(target.choose(dsn, stack, cwd, via), rows=rows, keep=keep, as_json=as_json)
    raise typer.Exit(0 if good else FALLS_SHORT)


@app.command(epilog=CODES)
def doctor(dsn: Dsn = None, via: Via = None, stack: Stack = None, cwd: Folder = ".", as_json: Json = False) -> None:
    """Look at any database, changing nothing: its objects, and what is wrong with the remedy."""
    from . import target
    from .doctor.command import run

    with sentences():
        good = run(target.choose(dsn, stack, cwd, via), as_json=as_json)
    raise typer.Exit(0 if good else FALLS_SHORT)


if __name__ == "__main__":
    app()
