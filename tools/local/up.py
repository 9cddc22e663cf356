"""`make up`: from nothing to a converged local database; again and again, also after a run that was killed."""

from __future__ import annotations

import json
import shutil
from typing import Any

from tools.local import belongings, configuration, daemon, docker_engine, engine, image, places, private, say
from tools.local.failure import Stop, sentence
from tools.local.progress import Progress
from tools.local.stack import Stack

CONTAINER = "docker:index/container:Container"
NETWORK = "docker:index/network:Network"
VOLUME = "docker:index/volume:Volume"
READY = "pulumi-python:dynamic/timescaledb:DatabaseReady"


def main() -> int:
    """Run every step; each says what it does and how long it took."""
    with say.step("Pulumi") as step:
        pulumi = engine.find(step.doing)
        if pulumi is None:
            raise Stop("there is no Pulumi: install it from its web site.")
        step.result(f"Pulumi {pulumi.version}, {pulumi.how}")
    private.prepare()
    if configuration.is_docker():
        host, chosen = _docker()
    else:
        host, chosen = None, None
    stack = Stack(pulumi, host.host if host else None, project=configuration.project())
    with say.step("Stack local") as step:
        stack.repair(step.note)
        stack.select()
        readable = host is None or _tidy(stack, host, step)
        step.result("ready")
    changed = False
    if not readable:  # without its container the database cannot be read: make that first
        changed = _converge(stack, "pulumi up, without reading the database", "--refresh=false")
    changed = _converge(stack, "pulumi up") or changed
    _report(stack, chosen, changed)
    return 0


def _docker() -> tuple[docker_engine.Engine, image.Image]:
    with say.step("Docker Engine") as step:
        host = _engine(step)
        step.result(host.how)
    client = host.client()
    base = configuration.base_name()
    has_data = bool(belongings.volumes(client, base))
    in_use = belongings.ports(client, base)
    client.close()
    with say.step("Database image") as step:
        chosen = image.choose(host, step.doing, configuration.get("image_family") if has_data else None)
        step.result(f"{chosen.reference}, TimescaleDB {chosen.timescaledb_version} {chosen.edition.title()} edition")
    port = configuration.port(in_use)
    configuration.write(chosen, port)
    private.write_pgpass(port, str(configuration.get("database_user", "postgres")))
    private.write(places.LOCAL / docker_engine.NOTE, f"{host.host}\n")
    return host, chosen


def _engine(step: say.Step) -> docker_engine.Engine:
    """The engine that holds the stack, whatever the environment names today; else the one docker would use."""
    noted, own = docker_engine.noted(), daemon.ours()
    if noted is None:
        return docker_engine.find_or_start(step.doing)
    if noted == own.host and daemon.available():
        own.start(docker_engine.answers, docker_engine.running)
    if docker_engine.answers(noted):
        return docker_engine.Engine(noted, f"{noted}, which holds the stack")
    raise Stop(f"the stack lives in the Docker Engine at {noted}, which does not answer: start it, or run `make down`.")


def _tidy(stack: Stack, host: docker_engine.Engine, step: say.Step) -> bool:
    """Remove what a killed run left, start what was stopped; False when the state has objects but no server runs."""
    client = host.client()
    try:
        base = configuration.base_name()
        known = [
            str(word)
            for kind in (CONTAINER, NETWORK)
            for resource in stack.resources(kind)
            for word in (resource.get("id"), (resource.get("outputs") or {}).get("name"))
        ]
        belongings.remove_strangers(client, base, known, step.note)
        if belongings.revive(client, base, step.note) or not stack.resources(READY):
            return True
    finally:
        client.close()
    step.note("the database's container is gone: making it again on its volume")
    stack.refresh_only(CONTAINER, NETWORK, VOLUME)
    return False


def _converge(stack: Stack, title: str, *options: str) -> bool:
    with say.step(title) as step:
        progress = Progress(step)
        stack.pulumi(
            "up", "--yes", "--skip-preview", "--stack", stack.name, *options,
            what="`pulumi up`", on_line=progress.line, explain=progress.why,
        )  # fmt: skip
        step.result(progress.summary())
    return progress.changed


def _report(stack: Stack, chosen: image.Image | None, changed: bool) -> None:
    outputs: dict[str, Any] = json.loads(
        stack.pulumi("stack", "output", "--json", "--stack", stack.name, what="reading the outputs")
    )
    say.line()
    say.line("The database is up." if changed else "Nothing changed: the database is as declared.")
    say.line(f"  endpoint   {outputs.get('database_endpoint')}")
    if chosen is not None:
        say.line(f"  edition    {chosen.edition.title()}")
        say.line(f"  versions   PostgreSQL {chosen.postgres_version}, TimescaleDB {chosen.timescaledb_version}")
    _objects(outputs.get("database_connection"))
    say.line()
    say.line("Next:")
    say.line('  eval "$(make -s env)"')
    say.line("  tsdb verify")
    say.line(f'  psql "$(pulumi stack output database_connection_string -s {places.STACK})"')
    if shutil.which("psql") is None:
        say.line("  (psql is not installed here: on Debian and Ubuntu it is in the package postgresql-client)")


def _objects(connection: Any) -> None:
    """Print the table of database objects, as the database itself shows them now."""
    try:
        from pulumi_timescaledb.cli import status
        from pulumi_timescaledb.errors import TimescaleDBError
    except ImportError:
        return
    try:
        rows = status.rows(connection)
    except TimescaleDBError as error:
        say.line(f"  objects    not read: {sentence(str(error))}")
        return
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
    say.line()
    for kind, name, state in rows:
        say.line(f"  {kind:<{widths[0]}}  {name:<{widths[1]}}  {state}")
