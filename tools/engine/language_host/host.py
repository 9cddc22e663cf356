"""The `LanguageRuntime` service.

Only what running a program takes; code generation, packing and linking answer "unimplemented".  GetRequiredPackages is
empty on purpose: plugins are found on PATH or by the engine itself, and an SDK that is installed but not used never
demands
its plugin.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import grpc
from google.protobuf import empty_pb2, json_format
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2

from tools.engine.common.serve import serve
from tools.engine.language_host import about, children, toolchain

VERSION = "3.259.0"
BAIL = 32
"""Exit code of a program that has already shown its error to the user."""


class Host(language_pb2_grpc.LanguageRuntimeServicer):
    """Answers the engine; `engine` is the address the command line gave."""

    def __init__(self, engine: str, executor: Path) -> None:
        self.engine = engine
        self.executor = executor

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> Any:
        self.engine = request.engine_address or self.engine
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:
        return plugin_pb2.PluginInfo(version=VERSION)

    def GetRequiredPackages(self, request: Any, context: grpc.ServicerContext) -> Any:
        return language_pb2.GetRequiredPackagesResponse()

    def GetRequiredPlugins(self, request: Any, context: grpc.ServicerContext) -> Any:
        return language_pb2.GetRequiredPluginsResponse()

    def RuntimeOptionsPrompts(self, request: Any, context: grpc.ServicerContext) -> Any:
        return language_pb2.RuntimeOptionsResponse()

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> Any:
        children.kill_all()
        return empty_pb2.Empty()

    def About(self, request: Any, context: grpc.ServicerContext) -> Any:
        python = self._python(request.info, context)
        return language_pb2.AboutResponse(executable=python.executable, version=about.version(python))

    def GetProgramDependencies(self, request: Any, context: grpc.ServicerContext) -> Any:
        found = about.packages(self._python(request.info, context))
        return language_pb2.GetProgramDependenciesResponse(
            dependencies=[language_pb2.DependencyInfo(name=name, version=release) for name, release in found]
        )

    def Run(self, request: Any, context: grpc.ServicerContext) -> Any:
        try:
            python = toolchain.choose(json_format.MessageToDict(request.info.options), request.info.root_directory)
        except toolchain.OptionError as error:
            return language_pb2.RunResponse(error=str(error))
        environment = {
            **python.environment,
            "PULUMI_CONFIG": json.dumps(dict(request.config)),
            "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
        }
        options = {
            "monitor": request.monitor_address,
            "engine": self.engine,
            "project": request.project,
            "stack": request.stack,
            "pwd": request.pwd or request.info.program_directory,
            "dry_run": "true" if request.dryRun else "",
            "parallel": str(request.parallel),
            "organization": request.organization,
            "root_directory": request.info.root_directory,
        }
        command = [python.executable, "-u", str(self.executor)]
        for name, value in options.items():
            if value:
                command += [f"--{name}", value]
        command.append(str(Path(request.info.program_directory, request.info.entry_point)))
        process = children.start([*command, *request.args], request.info.program_directory, environment)
        code = process.wait()
        children.forget(process)
        if code == BAIL:
            return language_pb2.RunResponse(bail=True)
        problem = "" if code == 0 else f"Program exited with non-zero exit code: {code}"
        return language_pb2.RunResponse(error=problem)

    def RunPlugin(self, request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
        python = self._python(request.info, context)
        folder = request.info.program_directory or request.program
        if request.kind == "analyzer":
            command = [python.executable, "-u", "-m", "pulumi.policy", *request.args, folder]
        else:
            command = [python.executable, "-u", folder, *request.args]
        environment = dict(python.environment)
        environment.update(entry.split("=", 1) for entry in request.env if "=" in entry)
        process = children.start(command, request.pwd, environment, piped=True)
        lines: queue.Queue[tuple[str, bytes]] = queue.Queue()
        readers = [
            threading.Thread(target=_drain, args=(name, stream, lines), daemon=True)
            for name, stream in (("stdout", process.stdout), ("stderr", process.stderr))
        ]
        context.add_callback(process.kill)
        for reader in readers:
            reader.start()
        open_streams = len(readers)
        while open_streams:
            name, data = lines.get()
            if data:
                out = language_pb2.RunPluginResponse
                yield out(stdout=data) if name == "stdout" else out(stderr=data)
            else:
                open_streams -= 1
        code = process.wait()
        children.forget(process)
        yield language_pb2.RunPluginResponse(exitcode=code)

    def _python(self, info: Any, context: grpc.ServicerContext) -> toolchain.Python:
        try:
            return toolchain.choose(json_format.MessageToDict(info.options), info.root_directory)
        except toolchain.OptionError as error:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))
            raise


def _drain(name: str, stream: IO[bytes] | None, lines: queue.Queue[tuple[str, bytes]]) -> None:
    while stream is not None and (data := os.read(stream.fileno(), 65536)):
        lines.put((name, data))
    lines.put((name, b""))


def main() -> None:
    """Serve the engine whose address is the last argument; the launcher says where the program runner lies."""
    engine = sys.argv[-1] if len(sys.argv) > 2 else ""
    executor = Path(os.environ["PULUMI_TIMESCALEDB_ENGINE_BIN"]) / "pulumi-language-python-exec"
    host = Host(engine, executor)
    serve(
        lambda server: language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server), ending=children.kill_all
    )
