"""aws.ssm.getParameter."""

from __future__ import annotations

from tools.engine.common.values import Props
from tools.engine.plugins.aws.session import Aws


def parameter(aws: Aws, arguments: Props) -> Props:
    """A parameter's value; SecureStrings are decrypted unless `withDecryption` is false."""
    name = arguments["name"]
    client = aws.client("ssm", arguments.get("region", ""))
    live = client.get_parameter(Name=name, WithDecryption=arguments.get("withDecryption", True))["Parameter"]
    value = live["Value"]
    return {
        "id": live["Name"],
        "name": name,
        "arn": live["ARN"],
        "type": live["Type"],
        "value": value,
        "insecureValue": None if live["Type"] == "SecureString" else value,
        "version": live["Version"],
        "withDecryption": arguments.get("withDecryption"),
        "region": arguments.get("region") or aws.region,
    }


FUNCTIONS = {"aws:ssm/getParameter:getParameter": parameter}
