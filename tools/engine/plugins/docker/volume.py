"""docker.Volume."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from tools.engine.common.values import Props
from tools.engine.plugins.docker.engine import Engine, explained
from tools.engine.plugins.docker.errors import PluginError
from tools.engine.plugins.docker.resource import STACK_LABEL, Found, Property, foreign, labels_of, live_labels, owned


class Volume:
    """A volume; every change makes a new one, and what might hold somebody's data is never removed on a guess."""

    what = "volume"
    properties: ClassVar[Mapping[str, Property]] = {
        "name": Property(),
        "driver": Property(),
        "driverOpts": Property(),
        "labels": Property(fields=frozenset({"label", "value"})),
    }
    computed = frozenset({"driver", "mountpoint"})

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def prepare(self, inputs: Props) -> list[str]:
        return []

    def create(self, inputs: Props) -> Found:
        name = inputs["name"]
        with explained(self.what, name):
            existing = self.engine.inspect("volume", name)
            if existing is not None:
                if not owned(inputs, existing.get("Labels")):
                    raise PluginError(foreign(self.what, name))
                found = self._found(existing, inputs)
                if found.inputs != inputs:
                    raise PluginError(
                        f"volume {name!r} of this stack exists with other settings and may hold data: "
                        f"declare it as it is, or remove it with `docker volume rm {name}`"
                    )
                return found
            made = self.engine.api.create_volume(
                name,
                driver=inputs.get("driver", "local"),
                driver_opts=inputs.get("driverOpts"),
                labels=labels_of(inputs),
            )
            return self._found(made, inputs)

    def read(self, identifier: str, declared: Props, outputs: Props) -> Found | None:
        with explained(self.what, identifier):
            live = self.engine.inspect("volume", identifier)
            return None if live is None else self._found(live, declared)

    def update(self, identifier: str, declared: Props, old: Props) -> Found:
        raise PluginError(f"volume {identifier!r} cannot be changed in place: declare another name")

    def delete(self, identifier: str, outputs: Props) -> None:
        with explained(self.what, identifier):
            live = self.engine.inspect("volume", identifier)
            if live is None:
                return
            mine = labels_of(outputs).get(STACK_LABEL)
            if mine is not None and (live.get("Labels") or {}).get(STACK_LABEL) != mine:
                raise PluginError(foreign(self.what, identifier))
            self.engine.api.remove_volume(identifier)

    def _found(self, live: dict[str, Any], declared: Props) -> Found:
        options = live.get("Options") or {}
        values: Props = {
            "name": live["Name"],
            "driver": live["Driver"] if "driver" in declared or live["Driver"] != "local" else None,
            "driverOpts": options if "driverOpts" in declared or options else None,
            "labels": live_labels(declared, live.get("Labels")),
        }
        inputs = {key: value for key, value in values.items() if value is not None}
        return Found(live["Name"], inputs, {**inputs, "driver": live["Driver"], "mountpoint": live["Mountpoint"]})
