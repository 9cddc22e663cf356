"""The component: one dashboard with a generated body."""

from typing import Any

import pulumi
import pulumi_aws as aws

from ..hosts.inputs import known
from ..program import refusing
from .args import DashboardArgs
from .body import body
from .wanted import watched


class Dashboard(pulumi.ComponentResource):
    """What one database does, on one page, with what to look at first for every alarm."""

    url: pulumi.Output[str]
    """Where it is seen, in the AWS console."""

    def __init__(self, name: str, args: DashboardArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declare the dashboard.

        Args:
            name: of the component; the name of its child derives from it.
            args: see :class:`DashboardArgs`.
            opts: of the component.

        Raises:
            pulumi.RunError: one sentence that names the argument which cannot be used.
        """
        super().__init__("timescaledb:watch:Dashboard", name, {}, opts)
        with refusing():
            plan = watched(args, known(args), DashboardArgs.__annotations__, DashboardArgs.__required_keys__)

        def written(given: Any) -> str:
            return body(plan.subject, plan.alarms, given["ids"], given["region"], plan.runbooks)

        # wanted.watched has refused a spot host without a group
        ids: dict[str, pulumi.Input[str]] = {
            "AutoScalingGroupName": args.get("group_name") or "",
            "Database": args["database"],
            "VolumeId": args["volume_id"],
        }
        made = aws.cloudwatch.Dashboard(
            f"{name}-dashboard",
            dashboard_name=plan.names.dashboard,
            dashboard_body=pulumi.Output.all(ids=ids, region=args["region"]).apply(written),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.url = pulumi.Output.all(args["region"], made.dashboard_name).apply(
            lambda given: f"https://{given[0]}.console.aws.amazon.com/cloudwatch/home#dashboards:name={given[1]}"
        )
        self.register_outputs({"url": self.url})
