"""Readers of a live container's ports and networks."""

from __future__ import annotations

from typing import Any

ANY = "0.0.0.0"  # noqa: S104 - the engine's word for every address, read and compared here


def ports(subject: Any) -> Any:
    """Published ports as they are bound."""
    shown = []
    for key, bindings in sorted((subject.host.get("PortBindings") or {}).items()):
        internal, _, protocol = key.partition("/")
        for one in bindings or []:
            live = {
                "internal": int(internal),
                "external": int(one.get("HostPort") or 0),
                "ip": one.get("HostIp") or ANY,
                "protocol": protocol or "tcp",
            }
            if "ports" not in subject.declared:
                # Nothing to compare with (an import): defaults are left out, as a program leaves them out.
                live = {key: value for key, value in live.items() if value not in (ANY, "tcp", 0)}
            shown.append(live)
    return shown if shown or "ports" in subject.declared else None


def same_port(declared: dict[str, Any], live: dict[str, Any]) -> bool:
    """A port without `external` takes what the engine gives it."""
    return (
        declared["internal"],
        declared.get("external", 0),
        declared.get("ip", ANY),
        declared.get("protocol", "tcp"),
    ) == (
        live["internal"],
        live["external"],
        live["ip"],
        live["protocol"],
    )


def networks(subject: Any) -> Any:
    """Joined networks beyond the engine's default, named as declared (by name or by id)."""
    joined = (subject.attrs.get("NetworkSettings") or {}).get("Networks") or {}
    wanted = subject.declared.get("networksAdvanced") or []
    if not wanted and set(joined) <= {"bridge", "host", "none"}:
        return [] if "networksAdvanced" in subject.declared else None
    mode = subject.declared.get("networkMode")
    shown = []
    for name, live in joined.items():
        declared = next((one for one in wanted if one["name"] in (name, live.get("NetworkID"))), None)
        if declared is None and mode in (name, live.get("NetworkID")):
            continue
        own = {subject.attrs["Id"][:12], subject.attrs["Name"].lstrip("/"), subject.config.get("Hostname")}
        aliases = [one for one in live.get("Aliases") or [] if one not in own]
        fixed = live.get("IPAMConfig") or {}
        one = {"name": declared["name"] if declared else name}
        if aliases or (declared and "aliases" in declared):
            same = declared is not None and set(declared.get("aliases") or []) - own == set(aliases)
            one["aliases"] = declared["aliases"] if same and declared and "aliases" in declared else aliases
        for ours, theirs in (("ipv4Address", "IPv4Address"), ("ipv6Address", "IPv6Address")):
            if fixed.get(theirs):
                one[ours] = fixed[theirs]
        shown.append(one)
    return shown if shown or "networksAdvanced" in subject.declared else None


def mode(subject: Any) -> Any:
    """Network mode, unless it is the default or one of the joined networks."""
    value = subject.host.get("NetworkMode")
    if "networkMode" in subject.declared:
        return value
    joined = (subject.attrs.get("NetworkSettings") or {}).get("Networks") or {}
    known = {"default", "bridge", *joined, *(one.get("NetworkID") for one in joined.values())}
    wanted = {one["name"] for one in subject.declared.get("networksAdvanced") or []}
    return None if value in known | wanted else value


def network_datas(attrs: dict[str, Any]) -> list[dict[str, Any]]:
    """The official provider's output: address, gateway and name for each network."""
    joined = (attrs.get("NetworkSettings") or {}).get("Networks") or {}
    return [
        {
            "networkName": name,
            "ipAddress": live.get("IPAddress") or "",
            "ipPrefixLength": live.get("IPPrefixLen") or 0,
            "gateway": live.get("Gateway") or "",
            "globalIpv6Address": live.get("GlobalIPv6Address") or "",
            "globalIpv6PrefixLength": live.get("GlobalIPv6PrefixLen") or 0,
            "ipv6Gateway": live.get("IPv6Gateway") or "",
            "macAddress": live.get("MacAddress") or "",
        }
        for name, live in joined.items()
    ]


def bound_ports(attrs: dict[str, Any]) -> list[dict[str, Any]]:
    """Ports with the host ports the engine really bound (also where none was declared)."""
    found = (attrs.get("NetworkSettings") or {}).get("Ports") or {}
    return [
        {
            "internal": int(key.partition("/")[0]),
            "external": int(one["HostPort"]),
            "ip": one["HostIp"],
            "protocol": key.partition("/")[2],
        }
        for key, bindings in sorted(found.items())
        for one in bindings or []
    ]
