"""Options that several commands have."""

from __future__ import annotations

from typing import Annotated

import typer

Folder = Annotated[str, typer.Option("--cwd", "-C", help="The project's folder.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines on stdout, and nothing else there.")]
