"""docker.RemoteImage: an image that is pulled when the engine does not have it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from tools.engine.common.values import Props
from tools.engine.plugins.docker.engine import Engine, explained, gone_is_fine
from tools.engine.plugins.docker.errors import PluginError
from tools.engine.plugins.docker.resource import Found, Property


class RemoteImage:
    """An image by reference; building one is not supported."""

    what = "image"
    properties: ClassVar[Mapping[str, Property]] = {
        "name": Property(),
        "keepLocally": Property(replace=False),
        "forceRemove": Property(replace=False),
        "platform": Property(),
        "pullTriggers": Property(),
        "triggers": Property(),
    }
    computed = frozenset({"imageId", "repoDigest"})

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def prepare(self, inputs: Props) -> list[str]:
        return []

    def create(self, inputs: Props) -> Found:
        return self._found(ensure(self.engine, inputs["name"], inputs.get("platform")), inputs)

    def read(self, identifier: str, declared: Props, outputs: Props) -> Found | None:
        name = declared.get("name") or outputs.get("name") or identifier
        with explained(self.what, name):
            live = self.engine.image(name)
            return None if live is None else self._found(live, {"name": name, **declared})

    def update(self, identifier: str, declared: Props, old: Props) -> Found:
        return self.create(declared)

    def delete(self, identifier: str, outputs: Props) -> None:
        if outputs.get("keepLocally"):
            return
        with explained(self.what, outputs["name"]), gone_is_fine():
            self.engine.api.remove_image(outputs["name"], force=bool(outputs.get("forceRemove")))

    def _found(self, live: dict[str, Any], inputs: Props) -> Found:
        digest = next(iter(live.get("RepoDigests") or []), "")
        return Found(live["Id"] + inputs["name"], dict(inputs), {**inputs, "imageId": live["Id"], "repoDigest": digest})


def ensure(engine: Engine, reference: str, platform: str | None = None) -> dict[str, Any]:
    """The image of a reference, pulled when it is not on this engine.

    Raises:
        PluginError: it is neither here nor can it be pulled.
    """
    with explained("image", reference):
        live = engine.image(reference)
    if live is None:
        try:
            with explained("image", reference):
                if not reference.startswith("sha256:"):
                    name, _, tag = reference.partition("@") if "@" in reference else _split(reference)
                    engine.api.pull(name, tag=tag, platform=platform)
                live = engine.image(reference)
        except PluginError as error:
            raise PluginError(f"image {reference!r} is not on this engine and cannot be pulled: {error}") from None
    if live is None:
        raise PluginError(f"image {reference!r} is not on this engine: build or load it first, or declare another")
    return live


def _split(reference: str) -> tuple[str, str, str]:
    name, colon, tag = reference.rpartition(":")
    return (name, colon, tag) if colon and "/" not in tag else (reference, "", "latest")
