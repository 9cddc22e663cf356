"""How a command ends when it fails or is interrupted: one sentence, an exit code, and no child left running."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from tools.local.failure import Stop, sentence


class Terminated(KeyboardInterrupt):
    """SIGTERM or SIGHUP arrived. It takes the same way out as Ctrl-C."""


@contextmanager
def one_sentence() -> Iterator[None]:
    """Turn failures into a sentence on standard error and an exit code: 1 failed, 130 Ctrl-C, 143 terminated."""

    def terminated(number: int, frame: FrameType | None) -> None:
        raise Terminated

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, terminated)
    try:
        yield
    except Stop as stop:
        _end(f"{stop}", 1)
    except Terminated:
        _end("terminated; running the same command again goes on from here.", 143)
    except KeyboardInterrupt:
        _end("interrupted; running the same command again goes on from here.", 130)
    except OSError as error:
        if error.errno == 28:  # ENOSPC
            _end(
                f"the disk is full ({error.filename or error.strerror}): free some space and run it again.",
                1,
            )
        _end(f"{sentence(str(error))}: look at the file's owner and mode, then run it again.", 1)


def _end(text: str, code: int) -> None:
    sys.stderr.write(f"make: {text}\n")
    sys.exit(code)
