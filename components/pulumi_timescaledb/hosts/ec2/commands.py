"""Commands that people copy from a stack's outputs; they find the running host by its tag, so they stay right. Pure."""

import shlex

from .checks import IDENTITY_TAG

LOGIN = "ec2-user"
"""The user of Amazon Linux that a key pair belongs to."""


def running_instance(database_name: str, region: str) -> str:
    """A command that prints the id of the database's running instance."""
    filters = f"Name=tag:{IDENTITY_TAG},Values={database_name} Name=instance-state-name,Values=running"
    query = shlex.quote("Reservations[0].Instances[0].InstanceId")
    return f"aws ec2 describe-instances --region {region} --filters {filters} --query {query} --output text"


def session(database_name: str, region: str) -> str:
    """A shell on the host through Session Manager: no key, no open port."""
    return f'aws ssm start-session --region {region} --target "$({running_instance(database_name, region)})"'


def ssh(database_name: str, region: str, host: str, key_name: str | None) -> str:
    """SSH where there is a key pair, else the session."""
    return f"ssh {LOGIN}@{host}" if key_name else session(database_name, region)
