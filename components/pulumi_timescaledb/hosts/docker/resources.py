"""The inputs of the Docker resources, calculated from a checked declaration; plain values, no Pulumi object.

Every rule here has cost somebody data or sleep; docker-library/postgres and its issues are the source unless another
is named.
"""

from collections.abc import Mapping
from typing import Any

from ...server import MIB, shared_memory_mib, values
from .spec import STACK_LABEL, Spec

PORT = 5432
PASSWORD_FILE = "/run/postgres-password"  # a path, no password  # noqa: S105
ALIAS = "database"
STOP_SECONDS = 120
WAIT_SECONDS = 180  # a server that cannot start restarts for ever: the wait is how long a wrong setting costs


def container(spec: Spec) -> dict[str, Any]:
    """The container's inputs, except network and volume, which the component takes from its other children."""
    return {
        "image": spec.image.text,
        "name": spec.container_name,
        "command": command(spec),
        "envs": environment(spec),
        "labels": labels({STACK_LABEL: spec.stack, **spec.labels}),
        "ports": [{"internal": PORT, "external": spec.port, "ip": spec.host_ip, "protocol": "tcp"}],
        "uploads": [_password(spec)],
        "healthcheck": healthcheck(spec),
        **_limits(spec),
        **_confinement(spec),
        **_LIFE,
    }


def command(spec: Spec) -> list[str]:
    """``postgres`` with every setting as ``-c name=value``, in the order of their names."""
    settings = values(spec.settings)
    return ["postgres", *(part for name, value in settings.items() for part in ("-c", f"{name}={value}"))]


def environment(spec: Spec) -> list[str]:
    """What the image's entry point reads at the first start; the password stands in a file only.

    Page checksums are asked for by hand: PostgreSQL makes them by default from version 18 on only.
    """
    variables = {
        **spec.layout.environment,
        "PGDATA": spec.layout.pgdata,
        "POSTGRES_DB": spec.database,
        "POSTGRES_INITDB_ARGS": "--data-checksums",
        "POSTGRES_PASSWORD_FILE": PASSWORD_FILE,
        "POSTGRES_USER": spec.user,
    }
    return [f"{name}={value}" for name, value in sorted(variables.items())]


def healthcheck(spec: Spec) -> dict[str, Any]:
    """Ask over TCP: during the first start a temporary server listens on the socket only and would look ready.

    Crash recovery may take minutes, so failures count only after the start period. Durations are written as Go
    prints them, because that is how they are read back.
    """
    return {
        "tests": ["CMD", "pg_isready", "-h", "127.0.0.1", "-p", str(PORT), "-U", spec.user, "-d", spec.database],
        "interval": "5s",
        "timeout": "5s",
        "retries": 6,
        "start_period": "5m0s",
    }


def labels(pairs: Mapping[str, str]) -> list[dict[str, str]]:
    """Labels as the Docker provider takes them, sorted."""
    return [{"label": label, "value": value} for label, value in sorted(pairs.items())]


def connection(spec: Spec, host: str, port: int) -> dict[str, Any]:
    """The connection that other resources receive, for the address at which the container is really published.

    The server has no certificate: on a loopback address TLS is not asked for, elsewhere it is used once offered.
    """
    loopback = host == "::1" or host.startswith("127.")
    return {
        "host": host,
        "port": port,
        "database": spec.database,
        "user": spec.user,
        "tls": "disable" if loopback else "prefer",
        "password_ref": spec.password_ref,
    }


def endpoint(host: str, port: int) -> str:
    """``host:port``, with brackets around an IPv6 address."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _password(spec: Spec) -> dict[str, str]:
    # by path: the provider reads the file, so its content reaches neither state nor docker inspect. No hash of it
    # either: it would let a reader of the state test guesses. Only the user that reads it at the first start may;
    # an uploaded file is root's where nobody else is named.
    upload = {"file": PASSWORD_FILE, "source": spec.password_ref.partition(":")[2], "permissions": "0400"}
    if spec.layout.reads_password_as_root:
        return upload
    return {**upload, "owner": str(spec.layout.uid), "group": str(spec.layout.gid)}


def _limits(spec: Spec) -> dict[str, Any]:
    memory = spec.memory // MIB
    return {
        "memory": memory,
        "memory_swap": memory,  # memory and swap together: the same number means no swap
        "cpus": f"{spec.cpus:g}",
        "shm_size": shared_memory_mib(values(spec.settings)),
    }


def _confinement(spec: Spec) -> dict[str, Any]:
    # no nofile limit: a hard limit above the engine's own is refused; PostgreSQL keeps to max_files_per_process.
    # no read-only root: the password file is written into the container's own layer before it starts.
    return {
        "capabilities": {"adds": list(spec.layout.capabilities), "drops": ["ALL"]},
        "security_opts": ["no-new-privileges:true"],
    }


_LIFE: Mapping[str, Any] = {
    "restart": "unless-stopped",
    "must_run": True,  # a container stopped by hand is a difference, and `up` starts it again
    "stop_signal": "SIGINT",  # fast shutdown: sessions end, a checkpoint is written
    "stop_timeout": STOP_SECONDS,  # Docker's 10 s would kill a server that is still writing its checkpoint
    "destroy_grace_seconds": STOP_SECONDS,  # the provider's own stop before it removes the container
    "wait": True,
    "wait_timeout": WAIT_SECONDS,
    "log_driver": "local",  # json-file, Docker's default, never rotates
    "log_opts": {"max-file": "5", "max-size": "20m"},
}

CONTAINER_INPUTS = (
    "image",
    "name",
    "command",
    "envs",
    "labels",
    "ports",
    "uploads",
    "healthcheck",
    "memory",
    "memory_swap",
    "cpus",
    "shm_size",
    "capabilities",
    "security_opts",
    *_LIFE,
)
"""The keys of :func:`container`, which the component must know before the values are."""
