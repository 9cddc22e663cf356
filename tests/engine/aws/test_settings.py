"""The server's settings pushed by State Manager, on the real engine: up, quiet, another version, gone again.

Nothing runs on a host here; what is run is proved in tests/boot, and that AWS runs it is not proved.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.aws.stage import Stage

pytestmark = pytest.mark.sample("aws", of="types", count=3)

PROGRAM = """
import pulumi
from pulumi_timescaledb.hosts import ec2

wanted = pulumi.Config()
ec2.Settings("set", {"database_name": "metrics", "text": wanted.require("text"), "push": wanted.require_bool("push")})
"""


def associations(stage: Stage) -> list[dict[str, Any]]:
    """What the server has."""
    client = stage.client("ssm")
    found = client.list_associations()["Associations"]
    return [
        client.describe_association(AssociationId=each["AssociationId"])["AssociationDescription"] for each in found
    ]


def test_a_changed_setting_is_pushed_by_its_version(stage: Stage) -> None:
    """The association is updated in place, which is what makes State Manager run it."""
    (stage.folder / "__main__.py").write_text(PROGRAM)
    stage.stack.config("text", "work_mem = '7MB'")
    stage.stack.config("push", "true")
    stage.up()
    (made,) = associations(stage)
    assert made["Parameters"] == {"version": ["1"]}
    assert made["Targets"] == [{"Key": "tag:timescaledb-database", "Values": ["metrics"]}]
    assert stage.client("ssm").get_document(Name=made["Name"])["Content"]
    assert stage.stack.preview("--expect-no-changes").rc == 0
    stage.stack.config("text", "work_mem = '8MB'")
    stage.up()
    (changed,) = associations(stage)
    assert changed["AssociationId"] == made["AssociationId"]
    assert changed["Parameters"] == {"version": ["2"]}
    assert stage.stack.preview("--expect-no-changes").rc == 0
    stage.client("ssm").delete_association(AssociationId=made["AssociationId"])
    assert "aws:ssm:Association set-association create" in stage.stack.preview().output
    stage.up()
    assert [each["Parameters"] for each in associations(stage)] == [{"version": ["2"]}]
    stage.stack.config("push", "false")
    stage.up()
    assert associations(stage) == []
