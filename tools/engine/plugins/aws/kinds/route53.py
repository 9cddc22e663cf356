"""aws.route53.Record."""

from __future__ import annotations

from typing import Any, ClassVar

from tools.engine.common.values import Props
from tools.engine.plugins.aws.errors import gone_is_fine
from tools.engine.plugins.aws.fields import only, same, to_wire
from tools.engine.plugins.aws.kind import Kind

ALIAS = {"name": "DNSName", "zoneId": "HostedZoneId", "evaluateTargetHealth": "EvaluateTargetHealth"}


class Record(Kind):
    """A record set; the id is `zone_name_type[_set]`."""

    pulumi_type: ClassVar = "aws:route53/record:Record"
    supported: ClassVar = frozenset(
        {"aliases", "allowOverwrite", "healthCheckId", "name", "records", "setIdentifier", "ttl", "type", "zoneId"}
    )
    renews: ClassVar = frozenset({"name", "setIdentifier", "type", "zoneId"})
    defaults: ClassVar = {"aliases": [], "healthCheckId": "", "records": [], "ttl": 0}
    unread: ClassVar = frozenset({"allowOverwrite"})

    def create(self, inputs: Props, region: str) -> str:
        action = "UPSERT" if inputs.get("allowOverwrite") else "CREATE"
        self._change(action, inputs["zoneId"], self._set(inputs))
        parts = [inputs["zoneId"], inputs["name"].rstrip("."), inputs["type"], inputs.get("setIdentifier")]
        return "_".join(part for part in parts if part)

    def _full(self, zone: str, name: str) -> str:
        """The name with its zone, as AWS keeps it; the zone may be left out in a declaration."""
        base = self.aws.client("route53").get_hosted_zone(Id=zone)["HostedZone"]["Name"].rstrip(".").lower()
        short = name.rstrip(".").lower()
        return short if short == base or short.endswith(f".{base}") else (f"{short}.{base}" if short else base)

    def _set(self, inputs: Props) -> dict[str, Any]:
        made: dict[str, Any] = {"Name": self._full(inputs["zoneId"], inputs["name"]), "Type": inputs["type"]}
        if inputs.get("records"):
            made["TTL"] = inputs["ttl"]
            quoted = inputs["type"] in ("TXT", "SPF")
            values = [f'"{each}"' if quoted else each for each in inputs["records"]]
            made["ResourceRecords"] = [{"Value": each} for each in values]
        for alias in inputs.get("aliases") or []:
            made["AliasTarget"] = to_wire(ALIAS, alias)
        return {
            **made,
            **to_wire(same("setIdentifier", "healthCheckId"), only(inputs, ("setIdentifier", "healthCheckId"))),
        }

    def _change(self, action: str, zone: str, record: dict[str, Any]) -> None:
        changes = {"Changes": [{"Action": action, "ResourceRecordSet": record}]}
        self.aws.client("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch=changes)

    def _live(self, zone: str, name: str, kind: str, label: str | None) -> dict[str, Any] | None:
        client = self.aws.client("route53")
        try:
            full = self._full(zone, name)
        except client.exceptions.NoSuchHostedZone:
            return None
        found = client.list_resource_record_sets(HostedZoneId=zone, StartRecordName=full, StartRecordType=kind)
        for each in found["ResourceRecordSets"]:
            same_name = each["Name"].rstrip(".").replace("\\052", "*").lower() == full
            if same_name and each["Type"] == kind and each.get("SetIdentifier") == label:
                return dict(each)
        return None

    def read(self, identifier: str, declared: Props, region: str) -> Props | None:
        zone, name, kind, *label = identifier.split("_")
        live = self._live(zone, name, kind, label[0] if label else None)
        if live is None:
            return None
        values = [each["Value"].strip('"') for each in live.get("ResourceRecords", [])]
        alias = live.get("AliasTarget")
        full = live["Name"].rstrip(".")
        mine = str(declared.get("name", ""))
        return {
            "aliases": [{key: alias.get(wire) for key, wire in ALIAS.items()}] if alias else [],
            "fqdn": full,
            "healthCheckId": live.get("HealthCheckId"),
            "name": mine if mine and self._full(zone, mine) == full.lower() else full,
            "records": values,
            "setIdentifier": live.get("SetIdentifier"),
            "ttl": live.get("TTL"),
            "type": kind,
            "zoneId": zone,
        }

    def update(self, identifier: str, new: Props, old: Props, changed: frozenset[str], region: str) -> None:
        self._change("UPSERT", new["zoneId"], self._set(new))

    def delete(self, identifier: str, outputs: Props, region: str) -> None:
        zone, name, kind, *label = identifier.split("_")
        live = self._live(zone, name, kind, label[0] if label else None)
        if live is not None:
            with gone_is_fine("NoSuchHostedZone", "InvalidChangeBatch"):
                self._change("DELETE", zone, live)


KINDS: tuple[type[Kind], ...] = (Record,)
