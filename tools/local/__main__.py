"""Entry point of `make`: any Python 3 may start this file; what follows needs Python 3.10."""

import os
import shutil
import sys

if sys.version_info < (3, 10):  # noqa: UP036 - an older Python must get the sentence, not a traceback
    for newer in ("python3.14", "python3.13", "python3.12", "python3.11", "python3.10"):
        path = shutil.which(newer)
        if path:
            os.execv(path, [path, "-m", "tools.local"] + sys.argv[1:])  # noqa: S606, RUF005
    sys.stderr.write(
        "make: Python 3.10 or newer is needed, %s is %d.%d: install one, or name it with `make PYTHON=<path>`.\n"  # noqa: UP031
        % (sys.executable, sys.version_info[0], sys.version_info[1])
    )
    sys.exit(1)

from tools.local.stage0 import main

if __name__ == "__main__":
    main(sys.argv[1:])
