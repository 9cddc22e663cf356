"""A metadata service of one instance that hands out nothing without a token, as IMDSv2 does."""

from __future__ import annotations

import secrets
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Metadata:
    """The service.

    Attributes:
        values: answer by path below ``/latest/``; a path that is missing is answered with 404.
        down: answers nothing but errors.
        delay: seconds before each answer.
        refused: requests that came without a valid token.
    """

    def __init__(self, values: dict[str, str], at: socket.socket | None = None) -> None:
        """Start it on a free port of the loopback address, or where a socket listens already."""
        self.values = values
        self.down = False
        self.delay = 0.0
        self.refused = 0
        self._tokens: set[str] = set()
        self._server = ThreadingHTTPServer(("", 0), _handler(self), bind_and_activate=False)
        self._server.socket.close()
        self._server.socket = at or socket.create_server(("127.0.0.1", 0))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.socket.getsockname()[1]}"

    def token(self) -> str:
        """A new token."""
        made = secrets.token_hex(8)
        self._tokens.add(made)
        return made

    def forget_tokens(self) -> None:
        """Every token handed out so far is no longer valid."""
        self._tokens.clear()

    def answer(self, path: str, token: str | None) -> tuple[int, str]:
        """Status and body for a path below ``/latest/``."""
        if token not in self._tokens:
            self.refused += 1
            return 401, ""
        return (200, self.values[path]) if path in self.values else (404, "")

    def stop(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()


def _handler(service: Metadata) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            lifetime = self.headers.get("X-aws-ec2-metadata-token-ttl-seconds", "")
            right = self.path == "/latest/api/token" and lifetime.isdigit() and 1 <= int(lifetime) <= 21600
            self._say(*((200, service.token()) if right else (400, "")))

        def do_GET(self) -> None:
            token = self.headers.get("X-aws-ec2-metadata-token")
            self._say(*service.answer(self.path.removeprefix("/latest/"), token))

        def _say(self, status: int, body: str) -> None:
            time.sleep(service.delay)
            if service.down:
                status, body = 503, ""
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Nothing on the terminal."""

    return Handler
