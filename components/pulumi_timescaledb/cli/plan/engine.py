"""A preview of the real engine with the plans that its plan resources wrote; a refused one gives its plans too."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...database.plan import plan_file
from ...database.plan.document import Entry
from ...errors import Failed
from .. import interrupts, target

ENDING_SECONDS = 30  # a preview that was asked to end cancels its providers first


@dataclass(frozen=True)
class Preview:
    """What the engine said. entries: the plans of the databases. steps: as ``pulumi preview --json`` prints them.
    errors: what it refused or could not do. complete: whether it got to the end."""

    entries: Sequence[Entry]
    steps: Sequence[Mapping[str, Any]]
    errors: Sequence[str]
    complete: bool


def preview(stack: str | None, arguments: Sequence[str] = ()) -> Preview:
    """Preview the project in the current folder; raises Failed when the engine gives neither steps nor plans."""
    with tempfile.TemporaryDirectory(prefix="tsdb-plan-") as folder:
        file = Path(folder) / "plans"
        environment = {**os.environ, plan_file.VARIABLE: str(file)}
        environment.pop(plan_file.EXPECTED, None)  # what is expected is compared here, with the whole plan
        command = [target.program(), "preview", "--json", "--non-interactive", *arguments]
        code, out, err = _run(command + (["--stack", stack] if stack else []), environment)
        entries = plan_file.read(file) if file.exists() else []
    said = _document(out)
    errors = [_error(each) for each in said.get("diagnostics", ()) if each.get("severity") == "error"]
    if code != 0 and not said:
        errors.append(_last(err) or _last(out) or "no reason given")
    found = Preview(entries, said.get("steps", ()), [each for each in errors if each], code == 0)
    if code != 0 and not said and not entries:
        raise Failed(f"pulumi preview failed: {errors[-1]}; run pulumi preview to see all of it")
    return found


def _run(command: Sequence[str], environment: Mapping[str, str]) -> tuple[int, str, str]:
    with interrupts.raised("the preview is being ended; please wait"):
        try:
            process = subprocess.Popen(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
        except OSError as error:
            raise Failed(f"{command[0]} cannot be started ({error.strerror}); reinstall pulumi") from None
        try:
            out, err = process.communicate()
        except KeyboardInterrupt as signal:
            if getattr(signal, "exit_code", 130) != 130:  # a terminal gives Ctrl-C to the engine as well
                process.terminate()
            try:
                process.wait(ENDING_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
            raise
    return process.returncode, out.decode(errors="replace"), err.decode(errors="replace")


def _document(out: str) -> Mapping[str, Any]:
    """The JSON that the engine printed, which a plugin's warning may precede."""
    try:
        value = json.loads(out[max(out.find("{"), 0) :])
    except ValueError:
        return {}
    return value if isinstance(value, Mapping) else {}


def _error(diagnostic: Mapping[str, Any]) -> str:
    """The sentence of a diagnostic, without the engine's words around it."""
    message = str(diagnostic.get("message", "")).strip().removeprefix("error: ")
    _, found, sentence = message.partition("' has a problem: ")
    if "Traceback (most recent call last)" in message:  # of the program; pulumi preview shows all of it
        return "the program ended with " + _last(message)
    return " ".join((sentence if found else message).split())


def _last(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return next((line for line in lines if line.startswith("error: ")), lines[-1] if lines else "").removeprefix(
        "error: "
    )
