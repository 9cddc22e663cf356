"""Look into a TimescaleDB database from the command line.

Exit codes: 0 all good; 1 something falls short (a target missed, a finding of severity error, a plan that is refused
or not the expected one); 2 wrong usage, or the database or the stack cannot be reached or read; 7 drift, where
it is asked after; 130, 143, 129 ended by Ctrl-C, SIGTERM, SIGHUP.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from ..errors import Refusal, TimescaleDBError
from .bootstrap.options import register as register_bootstrap
from .ci_setup.options import register as register_ci_setup
from .cost.options import register as register_cost
from .drill.options import register as register_drill
from .options import Folder, Json
from .preflight.options import register as register_preflight
from .restore.options import register as register_restore

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
        bool, typer.Option("--keep", help="Leave the checks until the next verify; in dev, local and test alone.")
    ] = False,
    test_alarm: Annotated[
        bool, typer.Option("--test-alarm", help="On AWS set one alarm off: everybody who is subscribed gets a mail.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Verify Lighthouse: objects, inserted checks, three timed queries with their plans. Cleans up after itself.

    A stack on AWS is also asked for its newest backup, its alarms and who is told, a session and the container.
    """
    from . import target
    from .verify.command import run

    with sentences():
        good = run(target.choose(dsn, stack, cwd, via), rows=rows, keep=keep, as_json=as_json, test_alarm=test_alarm)
    raise typer.Exit(0 if good else FALLS_SHORT)


@app.command(epilog=CODES)
def doctor(
    dsn: Dsn = None,
    via: Via = None,
    stack: Stack = None,
    cwd: Folder = ".",
    memory: Annotated[
        str | None, typer.Option(help='The server\'s memory, such as "8GiB": no statement reads it.')
    ] = None,
    cpus: Annotated[
        int | None, typer.Option(min=1, help="The server's CPUs; with --memory, settings are judged.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Look at any database, changing nothing: what is wrong with it, the worst first, and what to type."""
    from . import target
    from .doctor.command import run

    with sentences():
        good = run(target.choose(dsn, stack, cwd, via), memory=memory, cpus=cpus, as_json=as_json)
    raise typer.Exit(0 if good else FALLS_SHORT)


@app.command(epilog=CODES)
def plan(
    stack: Stack = None,
    cwd: Folder = ".",
    expect: Annotated[
        str | None, typer.Option(help="End with 1 when the plan is another than the one with this digest.")
    ] = None,
    refresh: Annotated[
        bool | None, typer.Option("--refresh/--no-refresh", help="As pulumi preview; default as the project says.")
    ] = None,
    fail_on_drift: Annotated[
        bool, typer.Option("--fail-on-drift", help="End with 7 when anything differs; for what is deployed, at night.")
    ] = False,
    cost_before: Annotated[
        str | None, typer.Option(help="The stack's file as it was deployed, to compare the cost line by line.")
    ] = None,
    as_json: Json = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print the comment of a pull request.")] = False,
) -> None:
    """Preview a stack: what changes inside its databases and elsewhere, what is lost, what is refused.

    Prints a digest. 0: nothing is refused; 1: something is, or the plan is not the expected one; 2: no preview;
    7: there is drift, where that is asked after.
    TSDB_EXPECT_PLAN=<digest> pulumi up refuses any other plan of the database.
    """
    from .plan.command import Judgement, run

    with sentences():
        if as_json and as_markdown:
            raise Refusal("--json and --markdown are two forms; give one of them")
        form = "json" if as_json else "markdown" if as_markdown else "text"
        arguments = [] if refresh is None else [f"--refresh={'true' if refresh else 'false'}"]
        code = run(stack, cwd, Judgement(expect, fail_on_drift, cost_before), form=form, arguments=arguments)
    raise typer.Exit(code)


@app.command(epilog=CODES)
def hold(
    name: Annotated[str | None, typer.Argument(help="As previews print it, such as hypertable:public.t.")] = None,
    until: Annotated[str | None, typer.Option(help="A date, which counts to its end in UTC, or a moment.")] = None,
    reason: Annotated[str, typer.Option(help="Why; shown in every preview.")] = "",
    release: Annotated[bool, typer.Option("--release", help="Manage the object again.")] = False,
    as_list: Annotated[bool, typer.Option("--list", help="List every hold.")] = False,
    dsn: Dsn = None,
    via: Via = None,
    stack: Stack = None,
    cwd: Folder = ".",
    as_json: Json = False,
) -> None:
    """Leave a live object alone until a date: previews note what differs, and nothing converges it."""
    from . import holding, target

    with sentences():
        if [as_list, release, until is not None].count(True) != 1 or (name is None) != as_list:
            raise Refusal("give an object with --until <date> or with --release, or --list alone")
        connection = target.choose(dsn, stack, cwd, via).connection
        if as_list:
            holding.listing(connection, as_json=as_json)
        elif release:
            holding.release(connection, name or "", as_json=as_json)
        else:
            holding.hold(connection, name or "", until or "", reason, as_json=as_json)


@app.command(epilog=CODES)
def history(
    dsn: Dsn = None,
    via: Via = None,
    stack: Stack = None,
    cwd: Folder = ".",
    name: Annotated[str | None, typer.Option("--object", help="Only of this object, as previews print it.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many entries, the newest first.")] = 50,
    as_json: Json = False,
) -> None:
    """What was done to a database: when, by which role, which statement, with which acknowledgement."""
    from . import holding, target

    with sentences():
        holding.history(target.choose(dsn, stack, cwd, via).connection, name, limit, as_json=as_json)


@app.command("import", epilog=CODES)
def import_(
    output: Annotated[str, typer.Argument(help="The folder to write, which must not exist yet.")],
    dsn: Dsn = None,
    via: Via = None,
    stack: Stack = None,
    cwd: Folder = ".",
    project: Annotated[str | None, typer.Option(help="The new project's name; default the folder's.")] = None,
    new_stack: Annotated[str, typer.Option(help="The new stack's name, which the state file is for.")] = "dev",
    password_ref: Annotated[
        str | None,
        typer.Option(help="Where the new program finds the password: env:, file:, ssm: or secretsmanager:; never it."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Write a database as a Pulumi program, a baseline of migrations and a state whose first preview is empty.

    Nothing is written to the database. What no declaration can say is listed at the end, with the reason.
    """
    from . import target
    from .import_.command import run, wish

    with sentences():
        output = str(Path(output).absolute())  # before --cwd changes the folder
        found = target.choose(dsn, stack, cwd, via)
        run(found, wish(output, project, new_stack, password_ref, found), as_json=as_json)


register_bootstrap(app, CODES, sentences)
register_cost(app, CODES, sentences)
register_drill(app, CODES, sentences)
register_preflight(app, CODES, sentences)
register_restore(app, CODES, sentences)
register_ci_setup(app, CODES, sentences)

if __name__ == "__main__":
    app()
