"""The `ResourceProvider` service of the aws stand-in."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any, TypeVar

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from tools.engine.common.serve import serve
from tools.engine.common.values import UNKNOWN, Props, decode, encode
from tools.engine.plugins.aws import functions, kinds, schema
from tools.engine.plugins.aws.checking import autoname, refusals, strange
from tools.engine.plugins.aws.comparison import difference
from tools.engine.plugins.aws.errors import PluginError, explained
from tools.engine.plugins.aws.kind import Kind
from tools.engine.plugins.aws.session import Aws, endpoint

VERSION = "7.51.1"
"""The release of pulumi-aws whose programs this plugin serves."""
CONFIG = frozenset(
    {"region", "defaultTags", "profile", "version", "pluginDownloadURL", "skipCredentialsValidation"}
    | {"skipMetadataApiCheck", "skipRegionValidation", "skipRequestingAccountId", "maxRetries"}
)
"""Settings of the provider that are understood, or mean nothing where no AWS is asked."""

Answer = TypeVar("Answer")


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """Answers the engine for the types of `kinds` and the functions of `functions`."""

    def __init__(self, aws: Aws) -> None:
        self.aws = aws
        self.types: dict[str, Kind] = {each.pulumi_type: each(aws) for each in kinds.EVERY}

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> Any:
        return provider_pb2.ProviderHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:
        return plugin_pb2.PluginInfo(version=VERSION)

    def GetSchema(self, request: Any, context: grpc.ServicerContext) -> Any:
        return provider_pb2.GetSchemaResponse(schema=json.dumps({"name": "aws", "version": VERSION}))

    def CheckConfig(self, request: Any, context: grpc.ServicerContext) -> Any:
        failures = [
            provider_pb2.CheckFailure(
                reason=f"aws:{name} is not supported by the stand-in for the aws plugin: unset it"
            )
            for name in sorted(set(decode(request.news)) - CONFIG)
        ]
        return provider_pb2.CheckResponse(inputs=request.news, failures=failures)

    def DiffConfig(self, request: Any, context: grpc.ServicerContext) -> Any:
        old, new = decode(request.olds), decode(request.news)
        moved = (old.get("region") or "") != (new.get("region") or "") and bool(old.get("region") and new.get("region"))
        changed = provider_pb2.DiffResponse.DIFF_SOME if old != new else provider_pb2.DiffResponse.DIFF_NONE
        return provider_pb2.DiffResponse(changes=changed, replaces=["region"] if moved else [])

    def Configure(self, request: Any, context: grpc.ServicerContext) -> Any:
        def answer() -> Any:
            endpoint()
            given = decode(request.args)
            environment = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or ""
            self.aws.region = str(given.get("region") or environment)
            marked = given.get("defaultTags") or {}
            marked = json.loads(marked) if isinstance(marked, str) else marked
            self.aws.default_tags = dict(marked.get("tags") or {})
            return provider_pb2.ConfigureResponse(supportsPreview=True)

        return self._told(context, "the aws provider", answer)

    def Invoke(self, request: Any, context: grpc.ServicerContext) -> Any:
        def answer() -> Any:
            call = functions.EVERY.get(request.tok)
            if call is None:
                raise PluginError(
                    f"function {request.tok} is not supported by the stand-in for the aws plugin: "
                    f"use one of {', '.join(sorted(one.rpartition(':')[2] for one in functions.EVERY))}"
                )
            arguments = decode(request.args)
            for reason in strange(request.tok.rpartition(":")[2], schema.function(request.tok), arguments):
                return provider_pb2.InvokeResponse(failures=[provider_pb2.CheckFailure(reason=reason)])
            return provider_pb2.InvokeResponse(**{"return": encode(call(self.aws, arguments))})

        return self._told(context, request.tok, answer)

    def Check(self, request: Any, context: grpc.ServicerContext) -> Any:
        def answer() -> Any:
            kind, inputs = self._kind(request.urn), decode(request.news)
            name = request.name or request.urn.rpartition("::")[2]
            autoname(kind, inputs, decode(request.olds), name, request.randomSeed)
            failures = [provider_pb2.CheckFailure(reason=reason) for reason in refusals(kind, inputs)]
            return provider_pb2.CheckResponse(inputs=encode(inputs), failures=failures)

        return self._told(context, request.urn, answer)

    def Diff(self, request: Any, context: grpc.ServicerContext) -> Any:
        def answer() -> Any:
            old, new, outputs = decode(request.old_inputs), decode(request.news), decode(request.olds)
            return difference(self._kind(request.urn), old, new, outputs, list(request.ignoreChanges))

        return self._told(context, request.urn, answer)

    def Create(self, request: Any, context: grpc.ServicerContext) -> Any:
        def answer() -> Any:
            kind, inputs = self._kind(request.urn), decode(request.properties)
            if request.preview:
                outputs = schema.shape(kind.pulumi_type).outputs
                meant = {name: kind.defaults[name] for name in kind.defaults if name in outputs}
                return provider_pb2.CreateResponse(
                    properties=encode({**dict.fromkeys(outputs, UNKNOWN), **meant, **self._known(inputs), **inputs})
                )
            made = kind.make(inputs)
            return provider_pb2.CreateResponse(id=made.identifier, properties=encode(made.outputs))

        return self._told(context, request.urn, answer)

    def Read(self, request: Any, context: grpc.ServicerContext) -> Any:
        def answer() -> Any:
            found = self._kind(request.urn).find(request.id, decode(request.inputs))
            if found is None:
                return provider_pb2.ReadResponse()
            return provider_pb2.ReadResponse(
                id=found.identifier, properties=encode(found.outputs), inputs=encode(found.inputs)
            )

        return self._told(context, request.urn, answer)

    def Update(self, request: Any, context: grpc.ServicerContext) -> Any:
        def answer() -> Any:
            kind, inputs, old = self._kind(request.urn), decode(request.news), decode(request.olds)
            if request.preview:
                moving = dict.fromkeys(kind.moving, UNKNOWN)
                return provider_pb2.UpdateResponse(properties=encode({**old, **inputs, **moving}))
            made = kind.change(request.id, inputs, old, decode(request.old_inputs), request.ignoreChanges)
            return provider_pb2.UpdateResponse(properties=encode(made.outputs))

        return self._told(context, request.urn, answer)

    def Delete(self, request: Any, context: grpc.ServicerContext) -> Any:
        def answer() -> Any:
            outputs = decode(request.properties)
            region = outputs.get("region") or ""
            self._kind(request.urn).delete(request.id, outputs, region)
            return empty_pb2.Empty()

        return self._told(context, request.urn, answer)

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> Any:
        return empty_pb2.Empty()

    def _known(self, inputs: Props) -> Props:
        """What a preview can say beside the inputs."""
        return {"region": inputs.get("region") or self.aws.region}

    def _kind(self, urn: str) -> Kind:
        token = urn.split("::")[2].rpartition("$")[2]
        kind = self.types.get(token)
        if kind is None:
            known = ", ".join(sorted(self.types))
            raise PluginError(f"resource type {token} is not supported by the stand-in for the aws plugin: use {known}")
        return kind

    def _told(self, context: grpc.ServicerContext, what: str, answer: Callable[[], Answer]) -> Answer:
        """Answer, or fail the call with one sentence."""
        label = what.rpartition("::")[2] if "::" in what else what
        try:
            with explained(label):
                return answer()
        except PluginError as error:
            context.abort(grpc.StatusCode.UNKNOWN, str(error))
        raise RuntimeError("abort returns never")


def main() -> None:
    """Serve until the engine ends."""
    aws = Aws()
    aws.preload()
    provider = Provider(aws)
    serve(lambda server: provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server))
