"""aws.cloudwatch.MetricAlarm, CompositeAlarm and Dashboard."""

from __future__ import annotations

from typing import Any, ClassVar

from tools.engine.common.values import Props
from tools.engine.plugins.aws.errors import gone_is_fine
from tools.engine.plugins.aws.fields import from_wire, only, same, to_wire
from tools.engine.plugins.aws.kind import Kind

ACTIONS = {
    **same("actionsEnabled", "alarmActions", "alarmDescription", "insufficientDataActions"),
    "okActions": "OKActions",
}
METRIC = {
    **ACTIONS,
    **same("comparisonOperator", "datapointsToAlarm", "evaluationPeriods", "extendedStatistic", "metricName"),
    **same("namespace", "period", "statistic", "threshold", "thresholdMetricId", "treatMissingData", "unit"),
    "evaluateLowSampleCountPercentiles": "EvaluateLowSampleCountPercentile",
    "name": "AlarmName",
}
QUERY = same("accountId", "expression", "id", "label", "period", "returnData")
STAT = same("metricName", "namespace")
NOTHING: dict[str, Any] = {"alarmActions": [], "insufficientDataActions": [], "okActions": [], "alarmDescription": ""}


class MetricAlarm(Kind):
    """An alarm on a metric, or on an expression over several."""

    pulumi_type: ClassVar = "aws:cloudwatch/metricAlarm:MetricAlarm"
    supported: ClassVar = frozenset(METRIC) | {"dimensions", "metricQueries"}
    renews: ClassVar = frozenset({"name"})
    defaults: ClassVar = {
        **NOTHING,
        "actionsEnabled": True,
        "dimensions": {},
        "metricQueries": [],
        "treatMissingData": "missing",
        **dict.fromkeys(("datapointsToAlarm", "extendedStatistic", "metricName", "namespace", "period", "statistic")),
        **dict.fromkeys(("threshold", "thresholdMetricId", "unit")),
    }
    name: ClassVar = "name"
    tagging: ClassVar = "cloudwatch"

    def create(self, inputs: Props, region: str) -> str:
        self._put(inputs, region, Tags=[{"Key": key, "Value": value} for key, value in inputs["tags"].items()])
        return str(inputs["name"])

    def _put(self, inputs: Props, region: str, **more: Any) -> None:
        wanted = to_wire(METRIC, only(inputs, METRIC))
        if inputs.get("dimensions"):
            wanted["Dimensions"] = _dimensions(inputs["dimensions"])
        if inputs.get("metricQueries"):
            wanted["Metrics"] = [_query(each) for each in inputs["metricQueries"]]
        self.aws.client("cloudwatch", region).put_metric_alarm(**wanted, **more)

    def read(self, identifier: str, declared: Props, region: str) -> Props | None:
        client = self.aws.client("cloudwatch", region)
        found = client.describe_alarms(AlarmNames=[identifier], AlarmTypes=["MetricAlarm"])["MetricAlarms"]
        if not found:
            return None
        live = found[0]
        return {
            **from_wire(METRIC, live),
            "arn": live["AlarmArn"],
            "dimensions": {each["Name"]: each["Value"] for each in live.get("Dimensions", [])},
            "metricQueries": [_read(each) for each in live.get("Metrics", [])],
        }

    def tagged(self, identifier: str, outputs: Props) -> tuple[str, dict[str, str]]:
        return str(outputs["arn"]), {}

    def update(self, identifier: str, new: Props, old: Props, changed: frozenset[str], region: str) -> None:
        self._put(new, region)

    def delete(self, identifier: str, outputs: Props, region: str) -> None:
        with gone_is_fine("ResourceNotFound"):
            self.aws.client("cloudwatch", region).delete_alarms(AlarmNames=[identifier])


def _dimensions(given: dict[str, str]) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in sorted(given.items())]


def _query(given: Props) -> dict[str, Any]:
    wanted = to_wire(QUERY, {name: value for name, value in given.items() if name != "metric"})
    metric = given.get("metric")
    if metric:
        about = {**to_wire(STAT, only(metric, STAT)), "Dimensions": _dimensions(metric.get("dimensions") or {})}
        wanted["MetricStat"] = {"Metric": about, "Period": metric["period"], "Stat": metric["stat"]}
        if metric.get("unit"):
            wanted["MetricStat"]["Unit"] = metric["unit"]
    return wanted


def _read(live: dict[str, Any]) -> Props:
    found = from_wire(QUERY, live)
    stat = live.get("MetricStat")
    if stat:
        about = stat["Metric"]
        found["metric"] = {
            **from_wire(STAT, about),
            **from_wire(same("period", "stat", "unit"), stat),
            "dimensions": {each["Name"]: each["Value"] for each in about.get("Dimensions", [])},
        }
    return found


COMPOSITE = {**ACTIONS, **same("alarmName", "alarmRule")}
SUPPRESSOR = {
    "alarm": "ActionsSuppressor",
    "extensionPeriod": "ActionsSuppressorExtensionPeriod",
    "waitPeriod": "ActionsSuppressorWaitPeriod",
}


class CompositeAlarm(Kind):
    """An alarm on other alarms; moto has none, the server adds them."""

    pulumi_type: ClassVar = "aws:cloudwatch/compositeAlarm:CompositeAlarm"
    supported: ClassVar = frozenset(COMPOSITE) | {"actionsSuppressor"}
    renews: ClassVar = frozenset({"alarmName", "actionsEnabled"})
    defaults: ClassVar = {**NOTHING, "actionsEnabled": True, "actionsSuppressor": None}
    tagging: ClassVar = "cloudwatch"

    def create(self, inputs: Props, region: str) -> str:
        self._put(inputs, region, Tags=[{"Key": key, "Value": value} for key, value in inputs["tags"].items()])
        return str(inputs["alarmName"])

    def _put(self, inputs: Props, region: str, **more: Any) -> None:
        wanted = to_wire(COMPOSITE, only(inputs, COMPOSITE))
        wanted |= to_wire(SUPPRESSOR, inputs.get("actionsSuppressor") or {})
        self.aws.client("cloudwatch", region).put_composite_alarm(**wanted, **more)

    def read(self, identifier: str, declared: Props, region: str) -> Props | None:
        client = self.aws.client("cloudwatch", region)
        found = client.describe_alarms(AlarmNames=[identifier], AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]
        if not found:
            return None
        live = found[0]
        suppressor = from_wire(SUPPRESSOR, live)
        return {
            **from_wire(COMPOSITE, live),
            "arn": live["AlarmArn"],
            "actionsSuppressor": suppressor if suppressor.get("alarm") else None,
        }

    def tagged(self, identifier: str, outputs: Props) -> tuple[str, dict[str, str]]:
        return str(outputs["arn"]), {}

    def update(self, identifier: str, new: Props, old: Props, changed: frozenset[str], region: str) -> None:
        self._put(new, region)

    def delete(self, identifier: str, outputs: Props, region: str) -> None:
        with gone_is_fine("ResourceNotFound"):
            self.aws.client("cloudwatch", region).delete_alarms(AlarmNames=[identifier])


class Dashboard(Kind):
    """A dashboard with its JSON body."""

    pulumi_type: ClassVar = "aws:cloudwatch/dashboard:Dashboard"
    supported: ClassVar = frozenset({"dashboardBody", "dashboardName"})
    renews: ClassVar = frozenset({"dashboardName"})
    documents: ClassVar = frozenset({"dashboardBody"})

    def create(self, inputs: Props, region: str) -> str:
        self._put(inputs, region)
        return str(inputs["dashboardName"])

    def _put(self, inputs: Props, region: str) -> None:
        client = self.aws.client("cloudwatch", region)
        client.put_dashboard(DashboardName=inputs["dashboardName"], DashboardBody=inputs["dashboardBody"])

    def read(self, identifier: str, declared: Props, region: str) -> Props | None:
        client = self.aws.client("cloudwatch", region)
        try:
            live = client.get_dashboard(DashboardName=identifier)
        except client.exceptions.ClientError as error:
            if error.response["Error"]["Code"] not in ("ResourceNotFound", "ResourceNotFoundException"):
                raise
            return None
        return {
            "dashboardArn": live["DashboardArn"],
            "dashboardBody": live["DashboardBody"],
            "dashboardName": live["DashboardName"],
        }

    def update(self, identifier: str, new: Props, old: Props, changed: frozenset[str], region: str) -> None:
        self._put(new, region)

    def delete(self, identifier: str, outputs: Props, region: str) -> None:
        with gone_is_fine("ResourceNotFound", "ResourceNotFoundException"):
            self.aws.client("cloudwatch", region).delete_dashboards(DashboardNames=[identifier])


KINDS: tuple[type[Kind], ...] = (MetricAlarm, CompositeAlarm, Dashboard)
