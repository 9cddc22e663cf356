"""docker.Network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from tools.engine.common.values import Props
from tools.engine.plugins.docker.engine import Engine, explained, gone_is_fine
from tools.engine.plugins.docker.errors import PluginError
from tools.engine.plugins.docker.resource import (
    Found,
    Property,
    foreign,
    labels_of,
    live_labels,
    merge,
    owned,
    somebody_elses,
)

_IPAM = {"subnet": "Subnet", "gateway": "Gateway", "ipRange": "IPRange"}


class Network:
    """A network; every change makes a new one."""

    what = "network"
    properties: ClassVar[Mapping[str, Property]] = {
        "name": Property(),
        "driver": Property(),
        "internal": Property(),
        "attachable": Property(),
        "ipv6": Property(),
        "options": Property(),
        "ipamDriver": Property(),
        "ipamConfigs": Property(fields=frozenset(_IPAM)),
        "labels": Property(fields=frozenset({"label", "value"})),
    }
    computed = frozenset({"scope", "driver", "ipamConfigs", "options"})

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def prepare(self, inputs: Props) -> list[str]:
        return []

    def create(self, inputs: Props) -> Found:
        name = inputs["name"]
        with explained(self.what, name):
            existing = self._named(name)
            if existing is not None:
                if not owned(inputs, existing.get("Labels")):
                    raise PluginError(foreign(self.what, name))
                found = self._found(existing, inputs)
                if found.inputs == inputs:
                    return found
                self.engine.api.remove_network(existing["Id"])
            configs = [{_IPAM[key]: value for key, value in one.items()} for one in inputs.get("ipamConfigs") or []]
            ipam = {"Driver": inputs.get("ipamDriver", "default"), "Config": configs} if configs else None
            made = self.engine.api.create_network(
                name,
                driver=inputs.get("driver", "bridge"),
                options=inputs.get("options"),
                ipam=ipam,
                check_duplicate=True,
                internal=inputs.get("internal", False),
                labels=labels_of(inputs),
                enable_ipv6=inputs.get("ipv6", False),
                attachable=inputs.get("attachable"),
            )
            return self._found(self.engine.api.inspect_network(made["Id"]), inputs)

    def read(self, identifier: str, declared: Props, outputs: Props) -> Found | None:
        with explained(self.what, outputs.get("name", identifier)):
            live = self.engine.inspect("network", identifier)
            if live is None:
                live = self._named(outputs.get("name", ""))
                if live is not None and somebody_elses(declared or outputs, live.get("Labels")):
                    return None
            return None if live is None else self._found(live, declared)

    def update(self, identifier: str, declared: Props, old: Props) -> Found:
        raise PluginError(f"network {declared['name']!r} cannot be changed in place: declare another name")

    def delete(self, identifier: str, outputs: Props) -> None:
        with explained(self.what, outputs.get("name", identifier)), gone_is_fine():
            self.engine.api.remove_network(identifier)

    def _named(self, name: str) -> dict[str, Any] | None:
        # Inspecting by name also takes the beginning of an id: only the whole name counts.
        live = self.engine.inspect("network", name)
        return live if live is not None and live["Name"] == name else None

    def _found(self, live: dict[str, Any], declared: Props) -> Found:
        shown = [
            {key: one[theirs] for key, theirs in _IPAM.items() if one.get(theirs)}
            for one in (live.get("IPAM") or {}).get("Config") or []
        ]
        values: Props = {
            "name": live["Name"],
            "driver": live["Driver"] if "driver" in declared or live["Driver"] != "bridge" else None,
            "internal": live["Internal"] if "internal" in declared or live["Internal"] else None,
            "attachable": live["Attachable"] if "attachable" in declared or live["Attachable"] else None,
            "ipv6": live["EnableIPv6"] if "ipv6" in declared or live["EnableIPv6"] else None,
            "options": (live.get("Options") or {}) if "options" in declared else None,
            "ipamDriver": (live.get("IPAM") or {}).get("Driver") if "ipamDriver" in declared else None,
            # What is not declared the engine chose: only the declared part of each block is compared.
            "ipamConfigs": merge(declared["ipamConfigs"], shown, lambda one, other: one.items() <= other.items())
            if "ipamConfigs" in declared
            else None,
            "labels": live_labels(declared, live.get("Labels")),
        }
        inputs = {key: value for key, value in values.items() if value is not None}
        outputs = {
            **inputs,
            "driver": live["Driver"],
            "scope": live["Scope"],
            "ipamConfigs": shown,
            "options": live.get("Options") or {},
            "internal": live["Internal"],
        }
        return Found(live["Id"], inputs, outputs)
