"""S3 and the metadata service where a host's own network has them, in a network namespace of the test's own.

The helper of the boot program runs on its host's network, where the metadata service is 169.254.169.254:80 and S3 has a
certificate that the host's bundle vouches for. A container that only sleeps holds such a network here: the helper joins
it, the database reaches the helper through its address on the bridge, and the listening sockets are made inside of it
(a socket stays in the namespace in which it was made: network_namespaces(7)).
"""

from __future__ import annotations

import asyncio
import ctypes
import json
import os
import socket
import ssl
import threading
import urllib.parse
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from tests.boot.rig.disk import run
from tests.boot.rig.host import Host
from tests.boot.rig.metadata import Metadata
from tests.boot.rig.rig import Rig

_CLONE_NEWNET = 0x40000000
_METADATA = "169.254.169.254"
_ROLE = "meta-data/iam/security-credentials"
ACCESS_KEY, SECRET_KEY, TOKEN = "ASIAOFTHEROLE", "secret-of-the-role", "token-of-the-role"
_CREDENTIALS = {
    "Code": "Success",
    "Type": "AWS-HMAC",
    "LastUpdated": "2026-01-01T00:00:00Z",
    "Expiration": "2099-01-01T00:00:00Z",
    "AccessKeyId": ACCESS_KEY,
    "SecretAccessKey": SECRET_KEY,
    "Token": TOKEN,
}
Made = TypeVar("Made")


class Archive:
    """A bucket, with the network from which it is reached.

    Args:
        rig: its hosts get the bucket, and are told of the network.

    Attributes:
        name: of the bucket.
        metadata: the service at 169.254.169.254, which has the role's credentials.
        state: ``up``; ``down`` (every connection ends at once) or ``silent`` (nothing is ever answered).
    """

    def __init__(self, rig: Rig) -> None:
        self.name = f"{rig.name}-archive"
        self.state = "up"
        self._rig, self._folder = rig, rig.folder / "s3"
        self._folder.mkdir()
        self._s3 = rig.cloud.client("s3")
        self._s3.create_bucket(Bucket=self.name)
        self._container = f"tsdb-boot-{os.getpid()}-network-{rig.name}"
        address = f"{self.name}.s3.us-east-1.amazonaws.com"
        run(
            *("docker", "run", "-d", "--name", self._container, f"--add-host={address}:127.0.0.1"),
            *("--entrypoint", "sleep", rig.values.image_id, "infinity"),
        )
        self._process = run("docker", "inspect", "--format", "{{.State.Pid}}", self._container)
        run("nsenter", "-t", self._process, "-n", "ip", "addr", "add", f"{_METADATA}/32", "dev", "lo")
        answers = {_ROLE: "the-role", f"{_ROLE}/the-role": json.dumps(_CREDENTIALS)}
        self.metadata = Metadata(answers, self._inside(lambda: _listening(_METADATA, 80)))
        self._certify(address)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)
        bridge = run("docker", "inspect", "--format", "{{.NetworkSettings.Networks.bridge.IPAddress}}", self._container)
        rig.knobs |= {"ARCHIVE_NETWORK": f"container:{self._container}", "ARCHIVE_ADDRESS": bridge}

    def host(self) -> Host:
        """A new instance, which trusts the bucket's authority."""
        made = self._rig.host()
        bundle = made.folder / "etc/pki/tls/certs/ca-bundle.crt"
        bundle.parent.mkdir(parents=True)
        bundle.write_bytes((self._folder / "ca.crt").read_bytes())
        return made

    def keys(self, folder: str) -> list[str]:
        """The objects below a folder of the database's own."""
        prefix = f"{self._rig.name}/{folder}/{self._rig.name}/"
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix)
        return [each["Key"].removeprefix(prefix) for page in pages for each in page.get("Contents", [])]

    def segments(self) -> set[str]:
        """Names of the WAL segments that are there."""
        return {key.rpartition("/")[2].partition("-")[0] for key in self.keys("archive")}

    def content(self, folder: str, key: str) -> bytes:
        """One of them."""
        path = f"{self._rig.name}/{folder}/{self._rig.name}/{key}"
        return bytes(self._s3.get_object(Bucket=self.name, Key=path)["Body"].read())

    def empty(self) -> None:
        """Remove what is in the bucket, as a person does."""
        for page in self._s3.get_paginator("list_objects_v2").paginate(Bucket=self.name):
            for each in page.get("Contents", []):
                self._s3.delete_object(Bucket=self.name, Key=each["Key"])

    def close(self) -> None:
        """Nothing of it is left; the hosts are gone already."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
        self.metadata.stop()
        run("docker", "rm", "-f", "-v", self._container, check=False)

    def _inside(self, make: Callable[[], Made]) -> Made:
        """What is made in the namespace: a thread enters it alone (setns(2))."""
        made: list[Made] = []

        def entered() -> None:
            with Path(f"/proc/{self._process}/ns/net").open() as namespace:
                if ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), _CLONE_NEWNET):
                    raise OSError(ctypes.get_errno(), "setns")
            made.append(make())

        thread = threading.Thread(target=entered)
        thread.start()
        thread.join()
        return made[0]

    def _certify(self, name: str) -> None:
        """An authority and a certificate of the bucket's name, as AWS has them."""
        key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")
        at = str(self._folder)
        run("openssl", "req", "-x509", *key, "-subj", "/CN=ca", "-keyout", f"{at}/ca.key", "-out", f"{at}/ca.crt")
        run(
            *("openssl", "req", "-x509", *key, "-subj", "/CN=s3", "-addext", f"subjectAltName=DNS:{name}"),
            *("-CA", f"{at}/ca.crt", "-CAkey", f"{at}/ca.key", "-keyout", f"{at}/s3.key", "-out", f"{at}/s3.crt"),
        )

    async def _listen(self) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._folder / "s3.crt", self._folder / "s3.key")
        at = self._inside(lambda: _listening("127.0.0.1", 443))
        self._server = await asyncio.start_server(self._relay, sock=at, ssl=context)

    async def _end(self) -> None:
        self._server.close()
        connections = asyncio.all_tasks() - {asyncio.current_task()}
        for each in connections:
            each.cancel()
        await asyncio.gather(*connections, return_exceptions=True)

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, to moto's own port and back."""
        while self.state == "silent":
            await asyncio.sleep(0.1)
        if self.state == "down":
            writer.transport.abort()
            return
        port = urllib.parse.urlsplit(self._rig.cloud.url).port
        to_reader, to_writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(_pass(reader, to_writer), _pass(to_reader, writer), return_exceptions=True)


async def _pass(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    try:
        while data := await source.read(1 << 16):
            target.write(data)
            await target.drain()
    finally:
        target.close()


def _listening(address: str, port: int) -> socket.socket:
    return socket.create_server((address, port))
