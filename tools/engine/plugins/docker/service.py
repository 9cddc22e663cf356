"""The `ResourceProvider` service of the docker stand-in."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

import grpc
from google.protobuf import any_pb2, empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

from tools.engine.common.serve import serve
from tools.engine.common.values import UNKNOWN, decode, encode
from tools.engine.plugins.docker.checking import autoname, refusals
from tools.engine.plugins.docker.container.container import Container
from tools.engine.plugins.docker.difference import difference
from tools.engine.plugins.docker.engine import Engine
from tools.engine.plugins.docker.errors import InitFailed, PluginError
from tools.engine.plugins.docker.network import Network
from tools.engine.plugins.docker.remote_image import RemoteImage
from tools.engine.plugins.docker.resource import Resource
from tools.engine.plugins.docker.volume import Volume

VERSION = "5.2.0"
"""The release of pulumi-docker whose programs this plugin serves."""
CONFIG = frozenset({"host", "version", "pluginDownloadURL"})

Answer = TypeVar("Answer")


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """Answers the engine for the four resource types."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.types: dict[str, Resource] = {
            "docker:index/network:Network": Network(engine),
            "docker:index/volume:Volume": Volume(engine),
            "docker:index/remoteImage:RemoteImage": RemoteImage(engine),
            "docker:index/container:Container": Container(engine),
        }

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> Any:
        return provider_pb2.ProviderHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:
        return plugin_pb2.PluginInfo(version=VERSION)

    def GetSchema(self, request: Any, context: grpc.ServicerContext) -> Any:
        return provider_pb2.GetSchemaResponse(schema=json.dumps({"name": "docker", "version": VERSION}))

    def CheckConfig(self, request: Any, context: grpc.ServicerContext) -> Any:
        strange = sorted(set(decode(request.news)) - CONFIG)
        failures = [
            provider_pb2.CheckFailure(
                reason=f"docker:{name} is not supported by the stand-in for the docker plugin: set only docker:host"
            )
            for name in strange
        ]
        return provider_pb2.CheckResponse(inputs=request.news, failures=failures)

    def DiffConfig(self, request: Any, context: grpc.ServicerContext) -> Any:
        changed = decode(request.olds).get("host") != decode(request.news).get("host")
        kinds = provider_pb2.DiffResponse
        return provider_pb2.DiffResponse(changes=kinds.DIFF_SOME if changed else kinds.DIFF_NONE)

    def Configure(self, request: Any, context: grpc.ServicerContext) -> Any:
        self.engine.host = str(decode(request.args).get("host") or request.variables.get("docker:config:host", ""))
        return provider_pb2.ConfigureResponse(supportsPreview=True)

    def Invoke(self, request: Any, context: grpc.ServicerContext) -> Any:
        context.abort(
            grpc.StatusCode.UNIMPLEMENTED,
            f"the stand-in for the docker plugin has no function {request.tok}: leave it out",
        )

    def Check(self, request: Any, context: grpc.ServicerContext) -> Any:
        def answer() -> Any:
            kind = self._kind(request.urn)
            inputs = decode(request.news)
            reasons = refusals(kind.what, kind.properties, inputs)
            if not reasons:
                autoname(
                    inputs, decode(request.olds), request.name or request.urn.rpartition("::")[2], request.randomSeed
                )
                reasons = kind.prepare(inputs)
            failures = [provider_pb2.CheckFailure(reason=reason) for reason in reasons]
            return provider_pb2.CheckResponse(inputs=encode(inputs), failures=failures)

        return self._told(context, answer)

    def Diff(self, request: Any, context: grpc.ServicerContext) -> Any:
        def answer() -> Any:
            kind = self._kind(request.urn)
            return difference(
                kind.properties, decode(request.old_inputs), decode(request.news), list(request.ignoreChanges)
            )

        return self._told(context, answer)

    def Create(self, request: Any, context: grpc.ServicerContext) -> Any:
        def answer() -> Any:
            kind, inputs = self._kind(request.urn), decode(request.properties)
            if request.preview:
                planned = {**dict.fromkeys(kind.computed, UNKNOWN), **inputs}
                return provider_pb2.CreateResponse(properties=encode(planned))
            made = kind.create(inputs)
            return provider_pb2.CreateResponse(id=made.identifier, properties=encode(made.outputs))

        return self._told(context, answer)

    def Read(self, request: Any, context: grpc.ServicerContext) -> Any:
        def answer() -> Any:
            found = self._kind(request.urn).read(request.id, decode(request.inputs), decode(request.properties))
            if found is None:
                return provider_pb2.ReadResponse()
            return provider_pb2.ReadResponse(
                id=found.identifier, properties=encode(found.outputs), inputs=encode(found.inputs)
            )

        return self._told(context, answer)

    def Update(self, request: Any, context: grpc.ServicerContext) -> Any:
        def answer() -> Any:
            kind, inputs = self._kind(request.urn), decode(request.news)
            if request.preview:
                old = {key: value for key, value in decode(request.olds).items() if key in kind.computed}
                return provider_pb2.UpdateResponse(properties=encode({**inputs, **old}))
            made = kind.update(request.id, inputs, decode(request.old_inputs))
            return provider_pb2.UpdateResponse(properties=encode(made.outputs))

        return self._told(context, answer)

    def Delete(self, request: Any, context: grpc.ServicerContext) -> Any:
        def answer() -> Any:
            self._kind(request.urn).delete(request.id, decode(request.properties))
            return empty_pb2.Empty()

        return self._told(context, answer)

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> Any:
        self.engine.cancelled.set()
        return empty_pb2.Empty()

    def _kind(self, urn: str) -> Resource:
        token = urn.split("::")[2].rpartition("$")[2]
        kind = self.types.get(token)
        if kind is None:
            known = ", ".join(sorted(one.rpartition(":")[2] for one in self.types))
            raise PluginError(
                f"resource type {token} is not supported by the stand-in for the docker plugin: use {known}"
            )
        return kind

    def _told(self, context: grpc.ServicerContext, answer: Callable[[], Answer]) -> Answer:
        """Answer, or fail the call with one sentence."""
        try:
            return answer()
        except InitFailed as error:
            detail = provider_pb2.ErrorResourceInitFailed(
                id=error.identifier, properties=encode(error.outputs), reasons=[str(error)], inputs=encode(error.inputs)
            )
            packed = any_pb2.Any()
            packed.Pack(detail)
            status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=str(error), details=[packed])
            context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
            context.abort(grpc.StatusCode.UNKNOWN, str(error))
        except PluginError as error:
            context.abort(grpc.StatusCode.UNKNOWN, str(error))
        raise AssertionError("abort returns never")


def main() -> None:
    """Serve until the engine ends."""
    engine = Engine()
    engine.preload()
    provider = Provider(engine)
    serve(lambda server: provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server))
