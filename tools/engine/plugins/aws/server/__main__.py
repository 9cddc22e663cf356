"""Run the server: `python -m tools.engine.plugins.aws.server [--port N]`; the port is the first line it prints."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from typing import Any

from werkzeug.serving import make_server

from tools.engine.plugins.aws.server import changes


def application() -> Any:
    """The WSGI application: moto, changed."""
    os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"  # AWS's own policies, which roles of AWS services have
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

    changes.make()
    return DomainDispatcherApplication(create_backend_app)


def main(arguments: list[str] | None = None) -> int:
    """Serve until the process is ended; what was made is gone with it."""
    parser = argparse.ArgumentParser(description="A stand-in for AWS on this machine, made of moto.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    chosen = parser.parse_args(arguments)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server(chosen.host, chosen.port, application(), threaded=True)
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
