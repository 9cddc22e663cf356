"""Who and where: aws.getCallerIdentity, aws.getRegion, aws.getPartition."""

from __future__ import annotations

from tools.engine.common.values import Props
from tools.engine.plugins.aws.session import Aws


def caller_identity(aws: Aws, arguments: Props) -> Props:
    """The account the credentials belong to."""
    answer = aws.client("sts").get_caller_identity()
    account = answer["Account"]
    return {"id": account, "accountId": account, "arn": answer["Arn"], "userId": answer["UserId"]}


def region(aws: Aws, arguments: Props) -> Props:
    """The provider's region, or the one asked for."""
    name = arguments.get("region") or arguments.get("name") or aws.region
    return {
        "id": name,
        "name": name,
        "region": name,
        "endpoint": f"ec2.{name}.amazonaws.com",
        "description": name,
    }


def partition(aws: Aws, arguments: Props) -> Props:
    """The standard partition; the stand-in has no other."""
    return {"id": "aws", "partition": "aws", "dnsSuffix": "amazonaws.com", "reverseDnsPrefix": "com.amazonaws"}


FUNCTIONS = {
    "aws:index/getCallerIdentity:getCallerIdentity": caller_identity,
    "aws:index/getRegion:getRegion": region,
    "aws:index/getPartition:getPartition": partition,
}
