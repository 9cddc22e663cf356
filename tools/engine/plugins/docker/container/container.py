"""docker.Container: create, adopt, read, update, replace, delete against the real engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from tools.engine.common.values import Props, unknown
from tools.engine.plugins.docker.container import networks, ready, uploads
from tools.engine.plugins.docker.container.body import body, endpoint, limits
from tools.engine.plugins.docker.container.live import Subject, live_inputs
from tools.engine.plugins.docker.container.properties import COMPUTED, PROPERTIES
from tools.engine.plugins.docker.container.units import nanoseconds
from tools.engine.plugins.docker.engine import Engine, explained, gone_is_fine
from tools.engine.plugins.docker.errors import InitFailed, PluginError
from tools.engine.plugins.docker.remote_image import ensure
from tools.engine.plugins.docker.resource import Found, Property, foreign, owned, somebody_elses

STOP_SECONDS = 10
"""Grace the engine itself gives a container that declares none."""


class Container:
    """A container; the engine is asked every time, nothing is remembered here."""

    what = "container"
    properties: ClassVar[Mapping[str, Property]] = PROPERTIES
    computed = COMPUTED

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def prepare(self, inputs: Props) -> list[str]:
        refused = uploads.prepare(inputs)
        if not inputs.get("image"):
            refused.append(f"container {inputs['name']!r} needs property 'image'")
        check = inputs.get("healthcheck") or {}
        for key in ("interval", "timeout", "startPeriod"):
            try:
                nanoseconds(None if unknown(check.get(key)) else check.get(key))
            except ValueError as error:
                refused.append(f"container healthcheck.{key}: {error}")
        return refused

    def create(self, inputs: Props) -> Found:
        name = inputs["name"]
        with explained(self.what, name):
            existing = self._named(name)
            if existing is not None:
                if not owned(inputs, existing["Config"].get("Labels")):
                    raise PluginError(foreign(self.what, name))
                old = self._found(existing, inputs).inputs
                changed = {key for key in {*old, *inputs} if old.get(key) != inputs.get(key)}
                if not any(PROPERTIES[key].renews(inputs.get(key)) for key in changed):
                    return self.update(existing["Id"], inputs, old)
                self._remove(existing["Id"], inputs)
            ensure(self.engine, inputs["image"])
            identifier = str(self.engine.api.create_container_from_config(body(inputs), name)["Id"])
            try:
                uploads.put(self.engine, identifier, inputs)
                for one in (inputs.get("networksAdvanced") or [])[0 if inputs.get("networkMode") else 1 :]:
                    joining = endpoint(one)
                    fixed = joining["IPAMConfig"] or {}
                    self.engine.api.connect_container_to_network(
                        identifier,
                        one["name"],
                        aliases=joining["Aliases"],
                        ipv4_address=fixed.get("IPv4Address"),
                        ipv6_address=fixed.get("IPv6Address"),
                    )
                if inputs.get("start") is not False:
                    self.engine.api.start(identifier)
            except Exception:
                # Nothing half-made stays: the next run would have to tell it from a whole one.
                self.engine.api.remove_container(identifier, v=True, force=True)
                raise
            return self._settled(identifier, inputs)

    def read(self, identifier: str, declared: Props, outputs: Props) -> Found | None:
        name = str(outputs.get("name") or declared.get("name") or "")
        with explained(self.what, name or identifier):
            # Made again by hand it has another id but the same name, and is what the program talks to.
            live = self.engine.inspect("container", identifier)
            if live is None:
                live = self._named(name)
                if live is not None and somebody_elses(declared or outputs, live["Config"].get("Labels")):
                    return None
            if live is None:
                return None
            found = self._found(live, declared)
        if problem := ready.problem(live["State"], declared):
            # Recorded with the resource, so that the next `up` waits again instead of taking it for done.
            raise InitFailed(problem, found.identifier, found.outputs, found.inputs)
        return found

    def update(self, identifier: str, declared: Props, old: Props) -> Found:
        with explained(self.what, declared["name"]):
            wanted = limits(declared)
            if limits(old) != wanted:
                api = self.engine.api
                # The SDK's own update has no NanoCpus.
                api._raise_for_status(api._post_json(api._url("/containers/{0}/update", identifier), data=wanted))
            if declared.get("mustRun") is not False and declared.get("start") is not False:
                self._unpause(identifier)
                self.engine.api.start(identifier)
            return self._settled(identifier, declared)

    def delete(self, identifier: str, outputs: Props) -> None:
        with explained(self.what, outputs.get("name", identifier)):
            self._remove(identifier, outputs)

    def _remove(self, identifier: str, inputs: Props) -> None:
        seconds = inputs.get("destroyGraceSeconds") or inputs.get("stopTimeout") or STOP_SECONDS
        with gone_is_fine():
            self._unpause(identifier)  # a paused process cannot take the stop signal
            self.engine.api.stop(identifier, timeout=int(seconds))
            self.engine.api.remove_container(identifier, v=inputs.get("removeVolumes", True), force=True)

    def _unpause(self, identifier: str) -> None:
        if self.engine.api.inspect_container(identifier)["State"].get("Paused"):
            self.engine.api.unpause(identifier)

    def _settled(self, identifier: str, inputs: Props) -> Found:
        try:
            ready.wait(self.engine, identifier, inputs)
        except PluginError as error:
            outputs = self._outputs(self.engine.api.inspect_container(identifier), inputs)
            raise InitFailed(str(error), identifier, outputs, inputs) from None
        live = self.engine.api.inspect_container(identifier)
        return Found(identifier, inputs, self._outputs(live, inputs))

    def _named(self, name: str) -> dict[str, Any] | None:
        live = self.engine.inspect("container", name)
        return live if live is not None and live["Name"] == f"/{name}" else None

    def _found(self, live: dict[str, Any], declared: Props) -> Found:
        image = self.engine.image(str(declared.get("image", "")))
        made_from = image if image is not None and image["Id"] == live["Image"] else self.engine.image(live["Image"])
        subject = Subject(
            attrs=live,
            image=made_from or {},
            wanted_image=image["Id"] if image else "",
            declared=declared,
            log_driver=self.engine.info().get("LoggingDriver", "json-file"),
            uploads=uploads.read(self.engine, live["Id"], declared),
        )
        inputs = live_inputs(subject)
        return Found(live["Id"], inputs, self._outputs(live, inputs))

    def _outputs(self, live: dict[str, Any], inputs: Props) -> Props:
        bound = networks.bound_ports(live) or inputs.get("ports") or []
        return {
            **uploads.without_contents(inputs),
            "ports": bound,
            "networkDatas": networks.network_datas(live),
            "bridge": (live.get("NetworkSettings") or {}).get("Bridge") or "",
            "hostname": live["Config"].get("Hostname") or "",
            "exitCode": live["State"].get("ExitCode", 0),
            "containerLogs": "",
        }
