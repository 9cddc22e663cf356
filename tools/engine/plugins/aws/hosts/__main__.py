"""The program `session-manager-plugin` of an offline shell, which the AWS command line starts for a session.

Its arguments are those of the real one: the service's answer (or the environment variable that holds it), region,
operation, profile, the call's parameters, the service's address.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from botocore.exceptions import BotoCoreError, ClientError
from docker.errors import DockerException

from tools.engine.plugins.aws.hosts import database, forward, instance

VERSION = "1.2.764.0"
FORWARDING = "AWS-StartPortForwardingSessionToRemoteHost"


def main(words: Sequence[str]) -> int:
    """Serve one session until the process is ended; returns the exit code."""
    if list(words) == ["--version"]:
        print(VERSION)
        return 0
    _, region, _, _, given, _ = words
    call = json.loads(given)
    if call.get("DocumentName") != FORWARDING:
        print("the stand-in for Session Manager forwards ports and opens no shell", file=sys.stderr)
        return 1
    local = int(call["Parameters"]["localPortNumber"][0])
    try:
        behind = database.of(instance.running(call["Target"], region))
    except (instance.NotOurs, BotoCoreError, ClientError, DockerException, OSError) as error:
        print(f"the stand-in for a host failed: {str(error).splitlines()[0]}", file=sys.stderr)
        return 1
    print(f"Port {local} opened for sessionId stand-in.", flush=True)
    forward.serve(local, behind)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
