"""Entry of the launchers: `run.py language_host <args>`, `run.py docker <args>` or `run.py aws <args>`.

Runs in the engine's own virtual environment with `python -I`, so neither the user's PYTHONPATH nor the project folder
can change what a plugin imports.
"""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> int:
    """Start the plugin named by the first argument; returns 2 when there is no such plugin."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from tools.engine.common import stubs

    stubs.prepare()
    which = sys.argv[1] if len(sys.argv) > 1 else ""
    if which == "language_host":
        from tools.engine.language_host import host

        host.main()
    elif which == "docker":
        from tools.engine.plugins.docker import service

        service.main()
    elif which == "aws":
        from tools.engine.plugins.aws import service as aws

        aws.main()
    else:
        sys.stderr.write(f"{which!r} is not a plugin of the offline engine: use language_host, docker or aws\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
