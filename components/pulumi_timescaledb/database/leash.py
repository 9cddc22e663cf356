"""Started between us and a program that must not outlive us: runs it, and ends it when we are gone, even by SIGKILL.

A file that needs nothing else, so that starting it costs a bare interpreter.
"""

import os
import signal
import subprocess
import sys
import time

POLL_SECONDS = 0.25


def main(words: list[str]) -> int:
    """Run the program until it ends, somebody ends us, or our parent is another one than at the start."""
    parent = os.getppid()
    program = subprocess.Popen(words)
    signal.signal(signal.SIGTERM, lambda number, frame: program.terminate())
    while program.poll() is None:
        if os.getppid() != parent:
            program.terminate()
        time.sleep(POLL_SECONDS)
    return program.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
