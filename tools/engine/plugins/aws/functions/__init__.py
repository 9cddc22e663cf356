"""Functions (Pulumi's invokes): what a program looks up."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tools.engine.common.values import Props
from tools.engine.plugins.aws.functions import account, ec2, instances, lists, policy, routes, ssm
from tools.engine.plugins.aws.session import Aws

Function = Callable[[Aws, Props], Props]

EVERY: Mapping[str, Function] = {
    **account.FUNCTIONS,
    **ec2.FUNCTIONS,
    **instances.FUNCTIONS,
    **lists.FUNCTIONS,
    **policy.FUNCTIONS,
    **routes.FUNCTIONS,
    **ssm.FUNCTIONS,
}
