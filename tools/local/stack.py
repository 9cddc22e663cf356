"""The Pulumi stack `local`: its environment, and its repair after a run that was killed."""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tools.local import orphans, places, process
from tools.local.engine import Engine
from tools.local.failure import Stop

_WAIT_FOR_ORPHAN = 60.0


class Stack:
    """One stack in a file backend, driven by the Pulumi command line.

    Args:
        engine: the command line.
        docker_host: value for DOCKER_HOST; None leaves the environment's.
        folder: the project's folder.
        local: folder of the backend (`state/`), `passphrase` and Pulumi's home.
        project, name: of the stack.
    """

    def __init__(
        self, engine: Engine, docker_host: str | None, *, project: str,
        folder: Path = places.ROOT, local: Path = places.LOCAL, name: str = places.STACK,
    ) -> None:  # fmt: skip
        self.folder, self.local, self.project, self.name = folder, local, project, name
        self.additions = {
            **engine.environment(),
            "PULUMI_BACKEND_URL": f"file://{local / 'state'}",
            "PULUMI_CONFIG_PASSPHRASE_FILE": str(local / "passphrase"),
            "PULUMI_HOME": str(local / "pulumi_home"),
        }
        if docker_host:
            self.additions["DOCKER_HOST"] = docker_host

    def environment(self) -> dict[str, str]:
        """The whole environment for Pulumi; a passphrase of the person's own must not outrank the stack's."""
        mine = {
            key: value for key, value in os.environ.items() if key not in ("PULUMI_CONFIG_PASSPHRASE", "PULUMI_STACK")
        }
        return {**mine, **self.additions}

    def pulumi(
        self, *arguments: str, what: str,
        on_line: Callable[[str], None] | None = None, explain: Callable[[], str] | None = None,
    ) -> str:  # fmt: skip
        """Run one Pulumi command on the project, without questions, and return its output.

        Args:
            what: the command in words, for the failure sentence.
            on_line: called with each line as it appears.
            explain: gives the reason of a failure; default is the last telling line.

        Raises:
            Stop: it failed.
        """
        command = ["pulumi", "--non-interactive", "--color", "never", "--cwd", str(self.folder), *arguments]
        program = process.which(command[0], self.additions["PATH"])
        env = self.environment()
        code, output = process.run([program, *command[1:]], what=what, env=env, on_line=on_line, check=explain is None)
        if code != 0 and explain is not None:
            killed = f"it was ended by signal {-code}, run it again." if code < 0 else ""
            raise Stop(f"{what} failed: {killed or explain()}")
        return output

    def select(self) -> None:
        """Make the stack when it is new, and select it for the person's own commands."""
        self.pulumi("stack", "select", self.name, "--create", what="selecting the stack")

    def exists(self) -> bool:
        """True when the backend holds the stack."""
        return self._file().exists()

    def resources(self, kind: str) -> list[dict[str, Any]]:
        """The resources of one type that the state holds."""
        found = self._deployment().get("resources") or []
        return [resource for resource in found if resource.get("type") == kind]

    def refresh_only(self, *kinds: str) -> None:
        """Take over what is live of these types, and read nothing else."""
        urns = [str(resource["urn"]) for kind in kinds for resource in self.resources(kind)]
        if urns:
            targets = [word for urn in urns for word in ("--target", urn)]
            self.pulumi("refresh", "--yes", "--skip-preview", "--stack", self.name, *targets, what="`pulumi refresh`")

    def repair(self, say: Callable[[str], None]) -> None:
        """Undo what a killed run left: a lock whose process is gone, and creates that never ended.

        Raises:
            Stop: another process or another machine is working on the stack.
        """
        for lock in self._locks():
            self._judge(lock, say)
        orphans.sweep(self.additions["PULUMI_BACKEND_URL"], say)
        if self._deployment().get("pending_operations"):
            say("clearing what the interrupted run left pending; objects that exist are adopted")
            self._clear_pending()

    def _judge(self, lock: Path, say: Callable[[str], None]) -> None:
        try:
            content = json.loads(lock.read_text(encoding="utf-8"))
            pid, host = int(content.get("pid", 0)), str(content.get("hostname", ""))
        except (OSError, ValueError):
            pid, host = 0, socket.gethostname()
        if host != socket.gethostname():
            raise Stop(
                f"the stack is locked by process {pid} on {host}: wait for it, or run `pulumi cancel` when it is gone."
            )
        deadline = time.monotonic() + _WAIT_FOR_ORPHAN
        while _is_pulumi(pid):
            if time.monotonic() > deadline:
                raise Stop(f"another Pulumi (process {pid}) is working on the stack: wait for it, or end it.")
            say(f"waiting for another Pulumi (process {pid}) to end")
            while _is_pulumi(pid) and time.monotonic() <= deadline:
                time.sleep(0.2)
        if lock.exists():
            say(f"releasing the lock of process {pid}, which is gone")
            lock.unlink(missing_ok=True)

    def _clear_pending(self) -> None:
        """The state is edited through Pulumi's own export and import, which check it."""
        document = json.loads(self.pulumi("stack", "export", "--stack", self.name, what="reading the state"))
        document["deployment"]["pending_operations"] = []
        draft = self.local / "repaired.json"
        draft.touch(mode=0o600)
        try:
            draft.write_text(json.dumps(document), encoding="utf-8")
            self.pulumi("stack", "import", "--stack", self.name, "--file", str(draft), what="writing the state")
        finally:
            draft.unlink(missing_ok=True)

    def _locks(self) -> list[Path]:
        folder = self.local / "state" / ".pulumi" / "locks" / "organization" / self.project / self.name
        return sorted(folder.glob("*.json"))

    def _file(self) -> Path:
        return self.local / "state" / ".pulumi" / "stacks" / self.project / f"{self.name}.json"

    def _deployment(self) -> dict[str, Any]:
        try:
            content = json.loads(self._file().read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        latest = content.get("checkpoint", {}).get("latest")
        return latest if isinstance(latest, dict) else {}


def _is_pulumi(pid: int) -> bool:
    """True while a process of that id runs and is a pulumi: ids are used again."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return _exists_without_proc(pid)
    return state != "Z" and Path(os.fsdecode(words[0])).name.startswith("pulumi")


def _exists_without_proc(pid: int) -> bool:
    if Path("/proc/self").exists() or pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
