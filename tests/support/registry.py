"""A registry on loopback, from which a real Docker Engine pulls."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
_INDEX = "application/vnd.docker.distribution.manifest.list.v2+json"


class Registry:
    """As much of a registry as a pull needs (distribution specification, "pull"); one tag, which can be moved."""

    def __init__(self, architecture: str) -> None:
        self.architecture = architecture
        self.content: dict[str, tuple[str, bytes]] = {}
        self.tagged = ""
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    @property
    def address(self) -> str:
        """Host and port; a Docker Engine speaks plain HTTP with registries on loopback."""
        return f"127.0.0.1:{self.server.server_port}"

    def publish(self, text: str) -> str:
        """Give the tag an image with one file of that text; returns the digest of its index."""
        plain = io.BytesIO()
        with tarfile.open(fileobj=plain, mode="w") as tar:
            entry = tarfile.TarInfo("content")
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text.encode()))
        layer = gzip.compress(plain.getvalue(), mtime=0)
        settings = {
            "architecture": self.architecture, "os": "linux", "config": {},
            "rootfs": {"type": "layers", "diff_ids": [_digest(plain.getvalue())]},
        }  # fmt: skip
        config = self._keep("application/vnd.docker.container.image.v1+json", json.dumps(settings).encode())
        blob = self._keep("application/vnd.docker.image.rootfs.diff.tar.gzip", layer)
        manifest = {"schemaVersion": 2, "mediaType": _MANIFEST, "config": config, "layers": [blob]}
        found = self._keep(_MANIFEST, json.dumps(manifest).encode())
        platform = {"architecture": self.architecture, "os": "linux"}
        index = {"schemaVersion": 2, "mediaType": _INDEX, "manifests": [{**found, "platform": platform}]}
        self.tagged = str(self._keep(_INDEX, json.dumps(index).encode())["digest"])
        return self.tagged

    def close(self) -> None:
        """Stop answering."""
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def _keep(self, kind: str, content: bytes) -> dict[str, object]:
        self.content[_digest(content)] = (kind, content)
        return {"mediaType": kind, "digest": _digest(content), "size": len(content)}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        registry = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                wanted = self.path.rpartition("/")[2]
                kind, content = registry.content.get(
                    wanted if wanted.startswith("sha256:") else registry.tagged, ("application/json", b"{}")
                )
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Docker-Content-Digest", _digest(content))
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                if self.command == "GET":
                    self.wfile.write(content)

            do_HEAD = do_GET

            def log_message(self, *words: object) -> None:
                pass

        return Handler


def _digest(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()
