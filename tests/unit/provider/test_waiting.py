"""Waiting for a server: how long, what is waited through, and where its sentence sends somebody when it did not come.

Not proved here: that a real first boot stores its password in time (tests/boot), nor what EC2's console holds.
"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from pulumi_timescaledb.database.session import Connection
from pulumi_timescaledb.errors import Unreachable
from pulumi_timescaledb.provider import converge, waiting
from pulumi_timescaledb.provider.inputs import READY

from tests.support.aws_account import REGION, Account, account

__all__ = ["account"]
ROOT = Path(__file__).parents[3]
PARAMETER = "/lighthouse/dev/db/password"
CONNECTION: dict[str, Any] = {"host": "10.0.0.5", "database": "d", "user": "u"}
TAGGED = f"ssm:timescaledb-database=lighthouse-dev@{REGION}"


def late(**more: str) -> str:
    """What is said of a connection that did not answer."""
    return waiting.late(
        Connection.from_args({**CONNECTION, **more}), 300, Unreachable("it cannot be reached; start it")
    )


@pytest.mark.parametrize(("text", "seconds"), [(None, 300), ("", 300), ("0", 0), ("900", 900)])
def test_the_time_is_given_in_seconds(text: str | None, seconds: int) -> None:
    assert waiting.seconds({} if text is None else {waiting.VARIABLE: text}) == seconds


@pytest.mark.parametrize("text", ["10m", "900s", "-1", "1e3", "nan", "inf", " 9", "9.5", "٣", "9" * 7, "canary"])
def test_what_is_no_number_of_seconds_is_refused_in_the_preview(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """One sentence that names the variable; a run without a preview gets the same."""
    monkeypatch.setenv(waiting.VARIABLE, text)
    inputs = {"kind": READY, "connection": CONNECTION}
    (failure,) = converge.Converge().check({}, inputs).failures
    assert failure.property == ""
    assert failure.reason == (
        "the environment variable TSDB_READY_TIMEOUT is not a number of seconds; write digits alone, such as 900, or "
        "unset it for 300"
    )
    with pytest.raises(waiting.BadTimeout, match="TSDB_READY_TIMEOUT"):
        converge.Converge().create(inputs)


@pytest.mark.parametrize(
    ("more", "command"),
    [
        ({"via": TAGGED}, f"--instance-id <its id> --region {REGION} from"),
        ({"via": "ssm:timescaledb-database=x"}, "--instance-id <its id> from"),
        ({"via": "ssm:i-0123456789abcdef0"}, "--instance-id i-0123456789abcdef0 from"),
        ({"via": f"ssm:i-01@{REGION}"}, f"--instance-id i-01 --region {REGION} from"),
        ({"via": "ssh:ec2-user@10.0.0.5", "region": REGION}, f"--instance-id <its id> --region {REGION} from"),
        ({"region": REGION}, f"--instance-id <its id> --region {REGION} from"),
    ],
)
def test_of_a_host_on_ec2_it_is_said_where_to_look(more: dict[str, str], command: str) -> None:
    """The component's connection carries the region whatever the way is."""
    said = late(**more)
    assert said.startswith("not ready after 300 s (TSDB_READY_TIMEOUT): it cannot be reached; start it; ")
    assert "sudo journalctl -u timescaledb-host on it" in said
    assert f"aws ec2 get-console-output {command} here; the project's runbook host-gone goes on from there" in said
    assert "docs/" not in said  # who has the package alone has no such file


@pytest.mark.parametrize("via", ["", "ssh:jump.example.com", "ssm:mi-0123456789abcdef0"])
def test_of_any_other_host_nothing_of_ec2_is_said(via: str) -> None:
    assert late(via=via) == "not ready after 300 s (TSDB_READY_TIMEOUT): it cannot be reached; start it"


def test_what_the_sentence_names_is_there() -> None:
    """The unit, the heading with both commands, and the variable's page."""
    assert "/run" in (ROOT / "userdata" / "units" / f"{waiting.UNIT}.service").read_text(encoding="utf-8")
    runbooks = (ROOT / "docs" / "runbooks.md").read_text(encoding="utf-8")
    section = runbooks.partition(f"## {waiting.RUNBOOK}\n")[2].partition("\n## ")[0]
    assert f"journalctl -u {waiting.UNIT}" in section
    assert "aws ec2 get-console-output" in section
    manual = (ROOT / "docs" / "aws.md").read_text(encoding="utf-8")
    assert f"`{waiting.VARIABLE}=900 pulumi up` waits longer: seconds" in manual
    assert f"at most {waiting.SECONDS} seconds" in manual


def test_a_password_that_a_first_boot_has_not_stored_yet_is_waited_for(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is asked for anew each time, and so is a server that is starting; the clock is the test's own."""
    given: list[str | None] = []
    moments = iter(range(0, 1000, 100))

    def store(_: float) -> None:
        account.clients("ssm").put_parameter(Name=PARAMETER, Value="stored", Type="SecureString", Overwrite=True)

    def connect(**asked: Any) -> None:
        given.append(asked["password"])
        raise psycopg.OperationalError("FATAL: the database system is starting up")

    monkeypatch.delenv(waiting.VARIABLE, raising=False)
    monkeypatch.setattr(converge, "time", SimpleNamespace(monotonic=lambda: next(moments), sleep=store))
    monkeypatch.setattr(psycopg, "connect", connect)
    connection = {**CONNECTION, "password_ref": f"ssm:{PARAMETER}", "region": REGION}
    with pytest.raises(Unreachable, match=r"not ready after 300 s .*starting up.*journalctl"):
        converge.Converge().create({"kind": READY, "connection": connection})
    assert given == ["stored", "stored", "stored"]
