"""Ways to a database: which texts are one, and the program that each becomes."""

from __future__ import annotations

import json

import pytest
from pulumi_timescaledb.database import tunnel
from pulumi_timescaledb.database.session import BadConnection, Connection
from pulumi_timescaledb.database.tunnel import BadVia, command
from pulumi_timescaledb.errors import Refusal
from pulumi_timescaledb.hosts.managed.spec import connection as managed
from pulumi_timescaledb.settings.forms import WAY

GOOD = [
    "ssh:bastion",
    "ssh:me@10.0.0.1",
    "ssh:me@fd00::1",
    "ssh:::1",
    "ssh:me@::ffff:10.0.0.1",
    "ssm:i-0abc",
    "ssm:mi-0abc@eu-west-1",
    "ssm:database=dev@eu-west-1",
]
BAD = [
    "bastion",
    "ssh:",
    "ssh:-oProxyCommand=x",
    "ssh:a b",
    "ssh:a;b",
    "ssh:[",
    "ssh:[fd00::1]:22",
    "ssh:me@[fd00::1]",
    "ssh:bastion:2222",
    "ssh:10.0.0.1:22",
    "ssh:me@-x",
    "ssh:-me@bastion",
    "ssh:me:secret@bastion",
    "ssh:me@there@bastion",
    "ssh:me@",
    "ssh:@bastion",
    "ssm:bastion",
    "ssm:i-0abc@EU",
    "ssm:database=",
    "ssm:=dev",
    "ssm:a b=dev",
    "tcp:a",
    "ssh:a\n",
]
ARGUMENTS = {"host": "db.internal", "database": "d", "user": "u", "password_ref": "env:A"}


@pytest.mark.parametrize("via", GOOD)
def test_a_known_form_is_taken_alike_everywhere(via: str) -> None:
    """Connection, host argument and setting agree."""
    assert Connection.from_args({**ARGUMENTS, "via": via}).via == via
    assert managed({**ARGUMENTS, "via": via})["via"] == via
    assert WAY.read(via) == via


@pytest.mark.parametrize("via", BAD)
def test_another_form_is_refused_alike_everywhere(via: str) -> None:
    """An option in disguise, a shell's words, another scheme, what OpenSSH would take for the name of a host."""
    with pytest.raises(BadVia, match=r"connection\.via"):
        Connection.from_args({**ARGUMENTS, "via": via})
    with pytest.raises(Refusal, match="via"):
        managed({**ARGUMENTS, "via": via})
    with pytest.raises(ValueError):  # noqa: PT011 - a form says only that it is wrong
        WAY.read(via)


def test_openssh_is_never_asked_a_question_and_gets_the_destination_last() -> None:
    """Batch mode, failing forwards end it, and nothing after the two dashes is an option."""
    words = command("ssh:bastion", "::1", 5432, 40000)
    assert words[0] == "ssh"
    assert {"BatchMode=yes", "ExitOnForwardFailure=yes", "ControlMaster=no", "ControlPath=none"} <= set(words)
    assert words[words.index("-L") + 1] == "127.0.0.1:40000:[::1]:5432"
    assert words[-2:] == ["--", "bastion"]


def test_session_manager_gets_its_parameters_as_lists_of_text() -> None:
    """As its documents want them."""
    words = command("ssm:i-0abc@eu-west-1", "db.internal", 5432, 40000)
    assert words[:5] == ["aws", "ssm", "start-session", "--target", "i-0abc"]
    given = json.loads(words[words.index("--parameters") + 1])
    assert given == {"host": ["db.internal"], "portNumber": ["5432"], "localPortNumber": ["40000"]}
    assert words[-2:] == ["--region", "eu-west-1"]
    assert "--region" not in command("ssm:i-0abc", "db.internal", 5432, 40000)


def test_a_tag_stands_for_whichever_instance_runs() -> None:
    """It is looked up when the way is opened, so that a replaced host changes no declaration."""
    way = "ssm:timescaledb-database=dev@eu-west-1"
    asked = tunnel.look_up(way)
    assert asked[:3] == ["aws", "ec2", "describe-instances"]
    assert "Name=tag:timescaledb-database,Values=dev" in asked
    assert asked[-2:] == ["--region", "eu-west-1"]
    words = command(way, "10.0.0.4", 5432, 40000, "i-0abc")
    assert words[words.index("--target") + 1] == "i-0abc"
    assert tunnel.look_up("ssm:i-0abc") == tunnel.look_up("ssh:bastion") == []


def test_a_way_is_part_of_how_messages_name_a_database() -> None:
    """Host and port are then as seen from the other end."""
    assert str(Connection.from_args({**ARGUMENTS, "via": "ssh:bastion"})) == "d at db.internal:5432 via ssh:bastion"
    assert issubclass(BadVia, Refusal)
    assert issubclass(BadConnection, Refusal)
    assert tunnel.ATTEMPTS > 1
