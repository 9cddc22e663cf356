"""What tests and benchmarks need before they start: Pulumi, a Docker Engine and the image, with the steps shown."""

from __future__ import annotations

import os
from dataclasses import dataclass

from tools.local import docker_engine, engine, image, say
from tools.local.failure import Stop


@dataclass(frozen=True)
class Machine:
    """A machine that is ready.

    Attributes:
        pulumi: the command line.
        docker: the Docker Engine.
        image: the database image in it.
    """

    pulumi: engine.Engine
    docker: docker_engine.Engine
    image: image.Image

    def environment(self) -> dict[str, str]:
        """The environment in which tests find the same things without asking again."""
        found = {**os.environ, **self.pulumi.environment(), "DOCKER_HOST": self.docker.host}
        if self.pulumi.offline and self.pulumi.bin:
            found[engine.TEST_BIN] = str(self.pulumi.bin)
        return found


def machine() -> Machine:
    """Prepare Pulumi, Docker and the image.

    Raises:
        Stop: one of them cannot be had here.
    """
    with say.step("Pulumi") as step:
        pulumi = engine.find(step.doing)
        if pulumi is None:
            raise Stop("there is no Pulumi: install it from its web site.")
        step.result(f"Pulumi {pulumi.version}, {pulumi.how}")
    with say.step("Docker Engine") as step:
        host = docker_engine.find_or_start(step.doing)
        step.result(host.how)
    with say.step("Database image") as step:
        chosen = image.choose(host, step.doing)
        step.result(f"{chosen.reference}, TimescaleDB {chosen.timescaledb_version} {chosen.edition.title()} edition")
    return Machine(pulumi, host, chosen)
