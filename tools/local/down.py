"""`make down`: destroy the local stack and remove what `make up` made, also when the server is dead."""

from __future__ import annotations

import shutil

from tools.local import belongings, configuration, daemon, docker_engine, engine, places, say
from tools.local.docker_engine import Engine
from tools.local.failure import Stop
from tools.local.progress import Progress
from tools.local.stack import Stack


def main() -> int:
    """Destroy, clean up, and say what is kept."""
    host = _docker()
    stack = _stack(host)
    if stack is not None and stack.exists():
        with say.step("pulumi destroy") as step:
            _destroy(stack, step)
    with say.step("Cleaning up") as step:
        if host is not None:
            client = host.client()
            belongings.remove_all(client, configuration.base_name(), step.note)
            client.close()
        elif _was_here():
            step.note("no Docker Engine answers: containers and volumes, if any, are still in it")
        if kept := configuration.forget():
            step.note(f"{configuration.FILE} keeps what you set by hand: {', '.join(kept)}")
        shutil.rmtree(places.LOCAL, ignore_errors=True)
        docker_engine.stop(step.note)
        step.result(f"removed the stack, {places.LOCAL.name}/ and our part of {configuration.FILE}")
    say.line(f"Kept for the next `make up`: {places.VENV.name}/ and {places.cache()} (Pulumi, Docker images).")
    say.line(f"To delete these too: rm -rf {places.VENV} {places.cache()}")
    return 0


def _docker() -> Engine | None:
    """The engine that holds the stack. Ours is started again when it was killed: its volumes are to be removed."""
    if not configuration.is_docker():
        return None
    own = daemon.ours()
    with say.step("Docker Engine") as step:
        noted = docker_engine.noted()
        if noted is not None and docker_engine.answers(noted):
            step.result(f"{noted}, as noted by `make up`")
            return Engine(noted, "noted by `make up`")
        if (own.folder / "data").exists() and daemon.available():
            host: Engine | None = docker_engine.find_or_start(step.note, own)
        else:
            host = docker_engine.find(own=own)
        step.result(host.how if host else "none answers")
    return host


def _stack(host: Engine | None) -> Stack | None:
    if not (places.LOCAL / "state").exists():
        return None
    with say.step("Pulumi") as step:
        pulumi = engine.find(step.note, build=False)
        step.result(f"Pulumi {pulumi.version}, {pulumi.how}" if pulumi else "none: removing by name instead")
    return Stack(pulumi, host.host if host else None, project=configuration.project()) if pulumi else None


def _destroy(stack: Stack, step: say.Step) -> None:
    """Destroy without reading the database first; when Pulumi cannot, what is left goes by its name."""
    progress = Progress(step)
    arguments = ("destroy", "--yes", "--skip-preview", "--refresh=false", "--stack", stack.name)
    try:
        stack.repair(step.note)
        stack.pulumi(*arguments, what="`pulumi destroy`", on_line=progress.line, explain=progress.why)
        stack.pulumi("stack", "rm", "--yes", "--force", "--stack", stack.name, what="removing the stack")
    except Stop as stop:
        if "another Pulumi" in str(stop) or "is locked by" in str(stop):
            raise
        step.note(f"{stop} Removing what is left by its name.")
    step.result(progress.summary())


def _was_here() -> bool:
    return (places.ROOT / configuration.FILE).exists() or places.LOCAL.exists()
