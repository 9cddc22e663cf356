"""The settings of the stack, and the host they ask for."""

import pulumi
from pulumi.runtime import config as runtime_config

from .. import settings as stack_settings
from ..program import refusing
from ..settings import Settings
from .placed import Placed


def settings() -> Settings:
    """The stack's settings; raises ``pulumi.RunError`` with one sentence for each key that cannot be used.

    The acceptance of what the Apache edition costs is logged, so that nobody learns it from missing rows.
    """
    given = {**runtime_config.get_config_env(), **runtime_config.CONFIG.get()}
    with refusing():
        read = stack_settings.read(given, pulumi.get_stack())
    if read.is_distribution:
        pulumi.log.info(
            f"Apache edition: hourly and daily metrics are recomputed from the checks, so they reach back as far as "
            f"check_retention ({read.retention.check_retention}) and no further."
        )
    return read


def host(wanted: Settings) -> Placed:
    """The host of ``lighthouse:target``, ready to be passed to ``DatabaseObjects``."""
    # each only where it is asked for, so that no target needs another one's packages
    if wanted.target.target == "ec2":
        from . import ec2

        return ec2.place(wanted)
    if wanted.target.target == "managed":
        from . import managed

        return managed.place(wanted)
    from . import docker

    return docker.place(wanted)
