"""``python -m tests.bench [--aws] [--boot] [--spot] [--objects N] [--from-nothing]``: print figures beside targets.

Without one of the first four: the no-op preview of Lighthouse's local stack, against the same program with a provider
that does nothing, in turns; then the verification queries at many rows; then `make up` in a fresh clone and again.
It does not say how a network between the engine and the database would change the figures, nor what AWS takes.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from tools.local import docker_engine

from ..support import fix_database
from ..support.fix_local import engine_environment
from . import aws, boot, catalog, local, objects
from .progress import say


def many(count: int, times: int) -> None:
    """Objects and catalogs, on a server that tests may use."""
    with tempfile.TemporaryDirectory() as text, objects.server() as server:
        folder = Path(text)
        print(f"{server.edition} edition on PostgreSQL {server.sql('SHOW server_version')[0][0]}")
        objects.measure(folder, engine_environment(folder / "engine", "", say), server, count, times)
        large = objects.prepared(objects.database(server, fix_database.NAME), 0)
        catalog.fill(large, count)
        catalog.measure(large, folder, count)


def arguments() -> argparse.Namespace:
    """What was asked."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    told = {
        "--aws": "preview of stack prod against the stand-in for AWS, with and without the database's provider",
        "--boot": "boot program step by step, first and second boot, in the rig of its tests (as root)",
        "--spot": "write gap and lost rows at the end of a spot host, with notice and without, in the rig (as root)",
        "--from-nothing": "let `make up` find no cache: it compiles Pulumi",
    }
    for name, text in told.items():
        parser.add_argument(name, action="store_true", help=text)
    parser.add_argument("--objects", type=int, metavar="N", help="so many objects in one database, and a large catalog")
    parser.add_argument("--previews", type=int, metavar="N", default=7, help="pairs of previews (default %(default)s)")
    parser.add_argument("--runs", type=int, metavar="N", default=3, help="of --boot and --spot (default %(default)s)")
    parser.add_argument(
        "--rows", type=int, metavar="N", default=1_000_000, help="that queries are verified at (default %(default)s)"
    )
    return parser.parse_args()


def main() -> None:
    """Measure and print."""
    given = arguments()
    if given.objects:
        many(given.objects, given.previews)
    if given.aws or given.boot or given.spot:
        host = docker_engine.find_or_start(say).host
        if given.aws:
            aws.measure(host, given.previews)
        if given.boot:
            boot.boots(host, given.runs)
        if given.spot:
            boot.spot(host, given.runs)
    elif not given.objects:
        local.measure(given.previews, given.rows, given.from_nothing)


if __name__ == "__main__":
    main()
