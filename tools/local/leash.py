"""Started between us and a child: ties the child's life to ours, then becomes the child.

A file of its own instead of `preexec_fn`, which may deadlock in a process with threads (subprocess manual).
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # prctl(2); only Linux has it, elsewhere a killed parent leaves its child to finish


def tie(number: int) -> None:
    """Ask the kernel to send us the signal `number` when our parent dies, even by SIGKILL; execve(2) keeps the wish."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)


if __name__ == "__main__":
    # a shell without job control starts what is put in the background with SIGINT ignored, and a child inherits that:
    # it would neither hear the wish above nor us when we stop it
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    tie(int(sys.argv[1]))
    if sys.platform == "linux" and os.getppid() != int(sys.argv[2]):  # it died before the call above
        sys.exit(143)
    os.execv(sys.argv[3], sys.argv[3:])  # noqa: S606
