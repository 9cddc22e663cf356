"""Lighthouse from nothing to a converged database in Docker, drift of the container, secrets, and back to nothing."""

from __future__ import annotations

import base64
import json
import subprocess
import threading
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docker
import psycopg
import pytest

from .lighthouse import Lighthouse


@pytest.fixture(scope="module")
def lighthouse(
    engine: dict[str, str], image: Any, docker_client: docker.DockerClient, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Lighthouse]:
    """One stack for the module, removed afterwards whatever happened."""
    made = Lighthouse(tmp_path_factory.mktemp("lighthouse"), engine, image, docker_client)
    yield made
    made.clean()


class ProcessList(threading.Thread):
    """Looks at every process's arguments, again and again, while something runs."""

    def __init__(self) -> None:
        """Starts looking at once."""
        super().__init__(daemon=True)
        self.seen: set[bytes] = set()
        self.done = threading.Event()
        self.start()

    def run(self) -> None:
        """Collect until told to stop."""
        while not self.done.wait(0.02):
            for file in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    self.seen.add(file.read_bytes())
                except OSError:
                    continue  # the process has ended

    def text(self) -> str:
        """Everything seen."""
        self.done.set()
        self.join()
        return "\n".join(each.decode(errors="replace") for each in self.seen)


def forms(password: str) -> set[str]:
    """A password as it is, base64 and URL-encoded."""
    raw = password.encode()
    return {
        password,
        base64.b64encode(raw).decode(),
        base64.urlsafe_b64encode(raw).decode(),
        base64.b64encode(raw + b"\n").decode(),
        urllib.parse.quote(password, safe=""),
        urllib.parse.quote_plus(password),
    }


def found_in(texts: dict[str, str], password: str) -> list[str]:
    """Where any form of the password stands."""
    return [place for place, text in texts.items() if any(form in text for form in forms(password))]


def test_first_up_keeps_the_password_out_of_everything(lighthouse: Lighthouse, tmp_path: Path) -> None:
    """State, events, console, container and process list hold no form of the password; a planted one is found."""
    first = lighthouse.stack.preview()
    assert first.rc == 0, first.output
    assert "database not read" in first.output
    processes = ProcessList()
    events = tmp_path / "events.json"
    lighthouse.stack.env["PULUMI_DEBUG_COMMANDS"] = "true"  # without it pulumi has no --event-log
    up = lighthouse.stack.up("--event-log", str(events))
    assert up.rc == 0, up.output
    inspected = [json.dumps(each.attrs) for each in lighthouse.containers()]
    texts = {
        "console": up.output,
        "events": events.read_text(),
        "state": json.dumps(lighthouse.stack.export()),
        "state with secrets": json.dumps(lighthouse.stack.export("--show-secrets")),
        "docker inspect": "\n".join(inspected),
        "processes": processes.text(),
        "container log": "\n".join(each.logs().decode(errors="replace") for each in lighthouse.containers()),
    }
    assert len(inspected) == 1
    assert "pulumi" in texts["processes"]
    assert all(texts.values())
    assert found_in(texts, lighthouse.password) == []
    planted = {place: text + next(iter(forms(lighthouse.password))) for place, text in texts.items()}
    assert found_in(planted, lighthouse.password) == list(texts)
    outside = base64.b64encode(lighthouse.password.encode()).decode()
    assert found_in({"planted": f"x{outside}y"}, lighthouse.password) == ["planted"]


def test_a_second_preview_is_empty(lighthouse: Lighthouse) -> None:
    """Nothing changes when nothing changed."""
    done = lighthouse.stack.preview("--expect-no-changes")
    assert done.rc == 0, done.output
    outputs = lighthouse.stack.outputs()
    assert outputs["database_endpoint"] == f"127.0.0.1:{lighthouse.port}"
    assert lighthouse.password not in json.dumps(outputs)
    expected = {
        "database_endpoint", "database_connection_string", "estimated_monthly_cost", "ssh_command", "instance_id",
        "instance_private_ip", "cloudwatch_dashboard_url", "alarm_sns_topic_arn",
    }  # fmt: skip
    assert expected <= set(outputs)
    assert lighthouse.sql("SELECT count(*) FROM timescaledb_information.hypertables") == [(2,)]
    with psycopg.connect(outputs["database_connection_string"]) as session:  # as psql would, by its passfile
        assert session.execute("SELECT 1").fetchall() == [(1,)]


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [(["stop"], "mustRun"), (["rm", "-f"], "container")],
    ids=["stopped", "removed"],
)
def test_a_container_that_is_down_is_drift_and_comes_back_with_its_data(
    lighthouse: Lighthouse, arguments: list[str], shown: str, docker_host: str
) -> None:
    """A plain preview names the way on, which works; the container alone shows its drift; `up` repairs it."""
    rows = "SELECT count(*) FROM pulumi_timescaledb.migration"
    before = lighthouse.sql(rows)
    docker_command = ["docker", "-H", docker_host, *arguments, lighthouse.containers()[0].name]
    subprocess.run(docker_command, check=True, capture_output=True)
    plain = lighthouse.stack.preview()
    assert plain.rc != 0
    assert "--refresh=false" in plain.output
    assert lighthouse.stack.preview("--refresh=false").rc == 0
    container = lighthouse.stack.run("refresh", "--preview-only", "--expect-no-changes", "--target", "**container**")
    assert container.rc == 7, container.output
    assert shown in container.output
    refreshed = lighthouse.stack.refresh("--target", "**container**")
    assert refreshed.rc == 0, refreshed.output
    repaired = lighthouse.stack.up("--refresh=false")
    assert repaired.rc == 0, repaired.output
    assert lighthouse.sql(rows) == before
    assert lighthouse.stack.preview("--expect-no-changes").rc == 0


def test_a_skipped_database_lets_a_stopped_server_be_repaired(lighthouse: Lighthouse, docker_host: str) -> None:
    """TSDB_DATABASE=skip: a plain preview shows the container alone, `up` starts it, and the database is as it was."""
    rows = "SELECT * FROM pulumi_timescaledb.history ORDER BY id"
    before = lighthouse.sql(rows)
    stop = ["docker", "-H", docker_host, "stop", lighthouse.containers()[0].name]
    subprocess.run(stop, check=True, capture_output=True)
    lighthouse.stack.env["TSDB_DATABASE"] = "skip"
    try:
        shown = lighthouse.stack.preview()
        assert shown.rc == 0, shown.output
        assert "database not read: " in shown.output
        assert "mustRun" in shown.output
        repaired = lighthouse.stack.up()
        assert repaired.rc == 0, repaired.output
        lighthouse.stack.env["TSDB_DATABASE"] = "skipp"
        refused = lighthouse.stack.preview()
        assert refused.rc != 0
        assert "TSDB_DATABASE" in refused.output
    finally:
        del lighthouse.stack.env["TSDB_DATABASE"]
    assert lighthouse.sql(rows) == before
    assert lighthouse.stack.preview("--expect-no-changes").rc == 0


def test_a_container_resized_with_the_docker_command_is_drift(lighthouse: Lighthouse, docker_host: str) -> None:
    """A plain preview shows the limit that changed, and `up` sets it back."""
    name = lighthouse.containers()[0].name
    limits = ["--memory", "600m", "--memory-swap", "600m"]
    subprocess.run(["docker", "-H", docker_host, "update", *limits, name], check=True, capture_output=True)
    shown = lighthouse.stack.preview()
    assert "memory" in shown.output
    assert lighthouse.stack.run("refresh", "--preview-only", "--expect-no-changes").rc == 7
    assert lighthouse.stack.up().rc == 0
    assert lighthouse.stack.preview("--expect-no-changes").rc == 0


def test_destroy_leaves_nothing_with_the_server_dead(lighthouse: Lighthouse, docker_host: str) -> None:
    """The server is stopped for good; a skipped database does not stand in the way of destroying it."""
    stop = ["docker", "-H", docker_host, "stop", lighthouse.containers()[0].name]
    subprocess.run(stop, check=True, capture_output=True)
    assert lighthouse.stack.destroy().rc != 0
    lighthouse.stack.env["TSDB_DATABASE"] = "skip"
    done = lighthouse.stack.destroy()
    del lighthouse.stack.env["TSDB_DATABASE"]
    assert done.rc == 0, done.output
    assert lighthouse.leftovers() == []
    assert "resources" not in lighthouse.stack.export()["deployment"]


def test_destroy_leaves_nothing(lighthouse: Lighthouse) -> None:
    """Made anew and destroyed: container, network and volume are gone, and so is every resource of the state."""
    assert lighthouse.stack.up().rc == 0
    done = lighthouse.stack.destroy()
    assert done.rc == 0, done.output
    assert lighthouse.leftovers() == []
    assert "resources" not in lighthouse.stack.export()["deployment"]
