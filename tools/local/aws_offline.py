"""`make env-aws-offline`: shell lines under which the stacks dev and prod run against a stand-in for AWS.

A server made of moto listens on this machine, the stand-ins for the aws plugin and for Session Manager go first on
PATH, the database of a host runs in a local container, and pulumi works in a folder of its own whose files are links to
the project's, so that nothing in the checkout changes.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import yaml

from tools.engine import layout
from tools.engine.plugins.aws.hosts import database
from tools.engine.plugins.aws.server import account
from tools.local import configuration, docker_engine, engine, lock, places, private
from tools.local.failure import Stop
from tools.local.image import Image, choose
from tools.local.stack import Stack

FOLDER = places.LOCAL / "aws"
PROJECT = FOLDER / "project"
STACKS = ("dev", "prod")
FIRST_PORT = 15500
SERVER = "tools.engine.plugins.aws.server"
_START = 60.0
_LOUD = """
  +---------------------------------------------------------------------------+
  | This is NOT AWS. From here on pulumi and tsdb speak to a stand-in on this |
  | machine (moto). Nothing is created, nothing is billed, nothing is proved  |
  | about AWS itself. `make env-aws-offline ARGS=stop` ends the stand-in.     |
  +---------------------------------------------------------------------------+
"""


def main(arguments: Sequence[str]) -> int:
    """Start the server where none runs, and print the exports; `stop` ends it.

    Raises:
        Stop: no Pulumi, or the server does not start.
    """
    if list(arguments) == ["stop"]:
        _stop()
        return 0
    if arguments:
        raise Stop(f"env-aws-offline takes nothing or stop, not {' '.join(arguments)!r}.")
    pulumi = engine.find(lambda _: None)
    if pulumi is None:
        raise Stop("there is no Pulumi: install it from its web site.")
    for name in ("pulumi_home", "bin"):
        (FOLDER / name).mkdir(mode=0o700, parents=True, exist_ok=True)
    private.secret("aws/passphrase")
    layout.write_aws_launcher(FOLDER / "bin", Path(sys.executable))
    docker, image = _image()
    _link(image)
    port = _serve()
    (FOLDER / "state").mkdir(mode=0o700, exist_ok=True)
    project = configuration.project()
    stacks = [Stack(pulumi, None, project=project, folder=PROJECT, local=FOLDER, name=name) for name in STACKS]
    for stack in stacks:
        stack.additions.update(_additions(stack, port, docker))
        if not stack.exists():
            stack.select()
    sys.stderr.write(_LOUD)
    folders = [str(folder) for folder in (FOLDER / "bin", pulumi.bin, places.VENV / "bin") if folder]
    sys.stdout.write(f'export PATH={shlex.quote(os.pathsep.join(folders))}:"$PATH"\n')
    for name, value in sorted((name, value) for name, value in stacks[0].additions.items() if name != "PATH"):
        sys.stdout.write(f"export {name}={shlex.quote(value)}\n")
    sys.stdout.write("unset PULUMI_CONFIG_PASSPHRASE PULUMI_STACK AWS_PROFILE AWS_SESSION_TOKEN\n")
    return 0


def _image() -> tuple[str, Image]:
    """DOCKER_HOST of the engine that runs the hosts' databases, and their image."""
    found = docker_engine.find_or_start(_say)
    return found.host, choose(found, _say)


def _say(text: str) -> None:
    sys.stderr.write(f"  {text}\n")


def _additions(stack: Stack, port: int, docker: str) -> dict[str, str]:
    return {
        "PATH": f"{FOLDER / 'bin'}{os.pathsep}{stack.additions['PATH']}",
        "DOCKER_HOST": docker,
        "PULUMI_OPTION_CWD": str(PROJECT),
        "AWS_ENDPOINT_URL": _endpoint(port),
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",  # version 1 of the AWS command line knows this one alone
        "AWS_ACCESS_KEY_ID": "stand-in",
        "AWS_SECRET_ACCESS_KEY": "stand-in",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _link(image: Image) -> None:
    """Make the folder pulumi works in; stack files are copies that keep the encryption salt pulumi gave them."""
    PROJECT.mkdir(exist_ok=True)
    for item in places.ROOT.iterdir():
        link = PROJECT / item.name
        if item.name.startswith(".") or item.match("Pulumi*.yaml"):
            continue
        if not link.is_symlink():
            link.symlink_to(item)
    for link in PROJECT.iterdir():
        if link.is_symlink() and not link.exists():
            link.unlink()
    text = (places.ROOT / "Pulumi.yaml").read_text(encoding="utf-8")
    private.write(PROJECT / "Pulumi.yaml", text.replace("virtualenv: .venv", f"virtualenv: {sys.prefix}"), mode=0o644)
    for name in STACKS:
        file = PROJECT / f"Pulumi.{name}.yaml"
        document = yaml.safe_load((places.ROOT / file.name).read_text(encoding="utf-8")) or {}
        old = yaml.safe_load(file.read_text(encoding="utf-8")) if file.exists() else {}
        document.update({key: value for key, value in (old or {}).items() if key.startswith("encryption")})
        document["config"] = {**document.get("config", {}), **_of_image(image)}
        private.write(file, yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=120), mode=0o644)


def _of_image(image: Image) -> dict[str, Any]:
    """Settings for the image that is there; on the Apache edition metrics live no longer than their checks."""
    settings = {
        "lighthouse:image": image.reference,
        "lighthouse:image_family": image.family,
        "lighthouse:postgres_version": image.postgres_version,
    }
    if image.edition == "apache":
        settings |= {"lighthouse:apache_fallback": True, "lighthouse:metrics_retention": ""}
    return settings


def _serve() -> int:
    """The port of the running server; one is started where none runs, by one shell at a time.

    Of all checkouts: until it serves, a server's port is free to another.
    """
    with lock.waiting(places.cache() / "aws-offline.lock"):
        process, port = _noted()
        if not process or not _is_ours(process):
            return _started(port)
        if not _comes(port, lambda: _is_ours(process)):
            stop = "`make env-aws-offline ARGS=stop` ends it and its stacks"
            raise Stop(f"the stand-in for AWS (process {process}) does not answer: try again, or {stop}.")
        return port


def _started(port: int) -> int:
    """The port of a new server, which is the one given where that is free."""
    if not port or not configuration.is_free(port):
        port = next(number for number in range(FIRST_PORT, 65536) if configuration.is_free(number))
    with (FOLDER / "server.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", SERVER, "--port", str(port)],
            cwd=places.ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    private.write(FOLDER / "server", f"{server.pid} {port}\n")
    try:
        if not _comes(port, lambda: server.poll() is None):
            raise Stop(f"the stand-in for AWS does not start: see {FOLDER / 'server.log'}.")
        account.furnish(_endpoint(port))
    except BaseException:
        server.kill()  # the next shell would take it for one that holds networks
        server.wait()
        raise
    # a state of what is gone would be an account that somebody emptied: objects of a database whose host nobody finds
    shutil.rmtree(FOLDER / "state", ignore_errors=True)
    sys.stderr.write("The stand-in for AWS was started and holds networks alone; older stacks are gone.\n")
    return port


def _comes(port: int, runs: Callable[[], bool]) -> bool:
    """Whether a server answers within the time of a start, and still runs then: another program's answer is not its."""
    end = time.monotonic() + _START
    while runs() and time.monotonic() < end:
        if _answers(port):
            return runs()
        time.sleep(0.1)
    return False


def _stop() -> None:
    process, port = _noted()
    if process and _is_ours(process):  # whether it answers tells less: on a machine at work it takes its time
        os.kill(process, signal.SIGTERM)
        end = time.monotonic() + _START
        while _is_ours(process) and time.monotonic() < end:
            time.sleep(0.1)
    (FOLDER / "server").unlink(missing_ok=True)
    found = docker_engine.find()
    if found is not None:
        client = found.client()
        database.forget(client, _endpoint(port))
        client.close()
        docker_engine.stop(_say)


def _endpoint(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def _noted() -> tuple[int, int]:
    """Process and port of the server that was started last; zeros where there was none."""
    try:
        process, port = (FOLDER / "server").read_text(encoding="ascii").split()
    except (OSError, ValueError):
        return 0, 0
    return int(process), int(port)


def _is_ours(process: int) -> bool:
    """Whether the server still runs; a number that another program has by now, or that nobody has, is none of ours."""
    try:
        return SERVER.encode() in Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False


def _answers(port: int) -> bool:
    """Whether our server listens there: moto says so under this path."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/moto-api/data.json", timeout=10) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError, ValueError):
        return False
