"""The database of a volume: a container with what the host was told, on a Docker volume of the EBS volume's name."""

from __future__ import annotations

import datetime
import io
import os
import re
import secrets
import tarfile
import time
from typing import Any

import boto3
import docker
from botocore.exceptions import ClientError
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from docker.errors import NotFound
from docker.models.containers import Container

from tools.engine.plugins.aws.hosts.instance import Instance

LABEL = "pulumi_timescaledb.offline"
"""Of every container and volume made here; its value is the EBS volume."""
CLOUD = f"{LABEL}.at"
"""Of the same; its value is the address of the stand-in, of which an engine may serve several."""
START_SECONDS = 120
_FOLDER = "/run/timescaledb-host"
_SET_PASSWORD = rf"""psql -X -q -v ON_ERROR_STOP=1 -U "$0" -d postgres <<'END'
\set secret `cat {_FOLDER}/password`
ALTER ROLE CURRENT_USER PASSWORD :'secret';
END"""


def of(host: Instance) -> int:
    """The port on the loopback address where the host's database answers; it is made where there is none."""
    client = docker.from_env(timeout=120)
    try:
        name = f"tsdb-offline-{host.volume}"
        try:
            found = client.containers.get(name)
        except NotFound:
            found = _made(client, name, host)
        if found.status != "running":
            found.start()
        port = _ready(found, host)
        _follow(found, host)
        return port
    finally:
        client.close()


def forget(client: docker.DockerClient, endpoint: str) -> None:
    """Remove every container and volume made here for the stand-in at an address."""
    for container in client.containers.list(all=True, filters={"label": f"{CLOUD}={endpoint}"}, ignore_removed=True):
        container.remove(force=True, v=True)
    for volume in client.volumes.list(filters={"label": f"{CLOUD}={endpoint}"}):
        volume.remove(force=True)


def _labels(host: Instance) -> dict[str, str]:
    return {LABEL: host.volume, CLOUD: os.environ["AWS_ENDPOINT_URL"]}


def _made(client: docker.DockerClient, name: str, host: Instance) -> Container:
    told = host.settings
    client.volumes.create(name, labels=_labels(host))
    options = {each.partition("=")[0]: each.partition("=")[2] for each in host.container if "--env" not in each}
    environment = [each.removeprefix("--env=") for each in host.container if each.startswith("--env=")]
    parameters = _parameters(host)
    command = [word for key, value in parameters.items() for word in ("-c", f"{key}={value}")]
    made = client.containers.create(
        told["IMAGE"],
        ["postgres", *command, *_tls_options()],
        name=name,
        labels=_labels(host),
        environment=[
            *environment,
            f"PGDATA={told['PGDATA']}",
            f"POSTGRES_USER={told['DB_USER']}",
            f"POSTGRES_DB={told['DATABASE']}",
            f"POSTGRES_PASSWORD_FILE={_FOLDER}/password",
        ],
        volumes={name: {"bind": told["DATA_MOUNT"], "mode": "rw"}},
        ports={"5432/tcp": ("127.0.0.1", 0)},
        shm_size=options["--shm-size"],
        mem_limit=int(options["--memory"]),
    )
    made.put_archive("/", _archive(_files(host), host))
    return made


def _follow(container: Container, host: Instance) -> None:
    """Let the stored password be the database's, as a host does once a minute."""
    container.put_archive("/", _archive({"password": _password(host).encode()}, host))
    done = container.exec_run(["sh", "-c", _SET_PASSWORD, host.settings["DB_USER"]])
    if done.exit_code:
        raise OSError(str(done.output))


def _tls_options() -> list[str]:
    files = {"ssl": "on", "ssl_cert_file": f"{_FOLDER}/server.crt", "ssl_key_file": f"{_FOLDER}/server.key"}
    return [word for key, value in files.items() for word in ("-c", f"{key}={value}")]


def _parameters(host: Instance) -> dict[str, str]:
    """The declared settings, as the host reads them."""
    name = host.settings["CONFIG_PARAMETER"]
    if not name:
        return {}
    answer = boto3.client("ssm", region_name=host.region).get_parameter(Name=name)
    lines = re.findall(r"^([a-z_][a-z0-9_.]*) = '(.*)'$", answer["Parameter"]["Value"], re.MULTILINE)
    return {key: value.replace("''", "'").replace("\\\\", "\\") for key, value in lines}


def _files(host: Instance) -> dict[str, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host.settings["DATABASE_NAME"])])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=30))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return {
        "password": _password(host).encode(),
        "server.crt": certificate.public_bytes(serialization.Encoding.PEM),
        "server.key": private,
    }


def _archive(files: dict[str, bytes], host: Instance) -> bytes:
    uid, gid = int(host.settings["DB_UID"]), int(host.settings["DB_GID"])
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        folder = tarfile.TarInfo(_FOLDER.strip("/"))
        folder.type, folder.mode, folder.uid, folder.gid = tarfile.DIRTYPE, 0o755, uid, gid
        tar.addfile(folder)
        for name, content in files.items():
            entry = tarfile.TarInfo(f"{_FOLDER.strip('/')}/{name}")
            entry.size, entry.mode, entry.uid, entry.gid = len(content), 0o600, uid, gid
            tar.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def _password(host: Instance) -> str:
    """The stored password; the first one is made here where the host was told to."""
    scheme, _, name = host.settings["PASSWORD"].partition(":")
    store: Any = boto3.client("ssm" if scheme == "ssm" else "secretsmanager", region_name=host.region)
    try:
        if scheme == "ssm":
            return str(store.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"])
        return str(store.get_secret_value(SecretId=name)["SecretString"])
    except ClientError as error:
        absent = error.response["Error"]["Code"] in ("ParameterNotFound", "ResourceNotFoundException")
        made_here = host.settings["PASSWORD_MADE_HERE"]
        if not absent or made_here == "no":
            raise
    made = secrets.token_urlsafe(32)
    if scheme == "ssm":
        store.put_parameter(Name=name, Value=made, Type="SecureString")
    else:
        store.put_secret_value(SecretId=name, SecretString=made)
    return made


def _ready(container: Container, host: Instance) -> int:
    end = time.monotonic() + START_SECONDS
    check = ["pg_isready", "-q", "-h", "127.0.0.1", "-p", "5432", "-d", host.settings["DATABASE"]]
    while time.monotonic() < end:
        container.reload()
        if container.status == "exited":
            raise OSError(container.logs(tail=1).decode(errors="replace").strip() or "the container ended")
        if container.status == "running" and container.exec_run(check).exit_code == 0:
            published = container.ports["5432/tcp"]
            if published:
                return int(published[0]["HostPort"])
        time.sleep(0.2)
    raise OSError(f"the database of {host.volume} did not answer in {START_SECONDS} s")
