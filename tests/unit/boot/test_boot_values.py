"""What is handed to the host arrives there as it was given, or is refused."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from typing import Any

import pytest
from pulumi_timescaledb.boot import BadBootValue, HostValues
from pulumi_timescaledb.boot.values import parameters_text, settings_text

VALUES = HostValues(
    database_name="main",
    image="timescale/timescaledb:2.29.2-pg17",
    postgres=17,
    uid=70,
    gid=70,
    pgdata="/var/lib/postgresql/data",
    data_mount="/var/lib/postgresql/data",
    password="ssm:/main/password",
    container_options=["--publish=5432:5432"],
)


@pytest.mark.parametrize("text", ["plain", "it's", '$(touch /tmp/x) `id` "quoted"', "a b\\c", "", "!*?[~"])
def test_a_shell_reads_the_settings_as_they_were_given(text: str) -> None:
    """Nothing is expanded, split or run."""
    lines = settings_text(replace(VALUES, database=text))
    done = subprocess.run(["bash", "-c", f'{lines}printf %s "$DATABASE"'], capture_output=True, text=True, check=True)
    assert done.stdout == text


WRONG: dict[str, dict[str, Any]] = {
    "database_name": {"database_name": "two\nlines"},
    "dns_name": {"dns_name": "ö.example"},
    "password": {"password": "hunter2"},
    "image_digest": {"image_digest": "sha256:12"},
    "image_id": {"image_id": "latest"},
    "metrics": {"metrics": "all"},
    "restart_hours": {"restart_hours": [24]},
    "archive_bucket": {"archive_bucket": "two words"},
    "archive_days": {"archive_days": 0},
    "mount": {"mount": "data"},
    "container_options": {"container_options": ["-v", "/:/host"]},
}


@pytest.mark.parametrize("field", WRONG)
def test_a_value_that_would_arrive_as_something_else_is_refused(field: str) -> None:
    """One sentence that names the field, and never a password given by mistake."""
    with pytest.raises(BadBootValue, match=field) as caught:
        replace(VALUES, **WRONG[field])
    assert "hunter2" not in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_parameters_are_spelled_as_postgresql_reads_them() -> None:
    """Sorted, quoted; a quote is doubled."""
    assert parameters_text({"work_mem": "4MB", "log_line_prefix": "it's %m\\"}) == (
        "log_line_prefix = 'it''s %m\\\\'\nwork_mem = '4MB'\n"
    )


@pytest.mark.parametrize(("name", "value"), [("work mem", "1"), ("x = 1\ny", "1"), ("work_mem", "1\nfsync = off")])
def test_a_parameter_that_would_be_two_lines_is_refused(name: str, value: str) -> None:
    """A configuration file has one setting a line."""
    with pytest.raises(BadBootValue, match="cannot stand in a configuration file"):
        parameters_text({name: value})
