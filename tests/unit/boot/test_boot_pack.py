"""The packed program: the same bytes every time, small enough, without secrets, and whole.

Not proven here: that EC2 hands it to cloud-init unchanged.
"""

from __future__ import annotations

import base64
import gzip
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pulumi_timescaledb.boot import LIMIT, UserDataTooLarge, user_data, user_data_base64
from pulumi_timescaledb.boot.files import mount_unit
from pulumi_timescaledb.boot.pack import _file
from pulumi_timescaledb.server import layout_of, values
from pulumi_timescaledb.server.mandatory import mandatory

from tests.unit.boot.test_boot_values import VALUES

ROOT = Path(__file__).parents[3]
USERDATA = ROOT / "userdata"
LONGEST_STEP = 120  # lines
# what a deployment hands over in user data; the other settings come from the SSM parameter
MANDATORY = values(mandatory(layout_of("timescaledb-ha", 17), "main"))
FULL = replace(
    VALUES,
    parameters=MANDATORY,
    image_digest="sha256:" + "0123456789abcdef" * 4,
    config_parameter="/lighthouse/prod/db/config",
    ca_parameter="/lighthouse/prod/db/ca",
    interface="eni-0123456789abcdef0",
    dns_zone="Z0123456789ABCDEFGHIJ",
    dns_name="db.prod.lighthouse.internal",
    group="lighthouse-prod-timescaledb",
    log_group="/timescaledb/lighthouse-prod-timescaledb",
    archive_bucket="lighthouse-prod-timescaledb-archive-123456789012",
    metrics="full",
    container_options=[f"--option-{number}=value" for number in range(20)],
    dual_stack=True,
)


def files() -> dict[str, dict[str, Any]]:
    """What cloud-init would write, by path, with its default."""
    document = yaml.safe_load(gzip.decompress(user_data(FULL)))
    return {file["path"]: {"permissions": "0644", **file} for file in document["write_files"]}


def test_the_same_values_give_the_same_bytes() -> None:
    """No time, no name, no random boundary: a preview shows a change only where there is one."""
    packed = user_data(FULL)
    assert packed == user_data(replace(FULL))
    assert packed[:10] == b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03"
    assert packed != user_data(replace(FULL, ballast=128))
    assert base64.b64decode(user_data_base64(FULL)) == packed


@given(
    st.text(st.characters(codec="utf-8"), max_size=60),
    st.lists(st.sampled_from(["", " a", "\tb", "# c", "'\"\\", "é"])),
)
def test_a_file_comes_out_as_it_went_in(text: str, lines: list[str]) -> None:
    """Whatever a value holds: blanks and tabs before a line, empty lines, what YAML would read as its own."""
    for content in (text, "\n".join(lines), "\n".join(lines) + "\n"):
        ((read),) = yaml.safe_load(f"write_files:\n{_file('/a', '0600', content)}")["write_files"]
        assert read == {"path": "/a", "permissions": "0600", "content": content}


def test_the_fullest_host_leaves_room() -> None:
    """Every value given, as long as they come: below EC2's limit."""
    assert len(user_data(FULL)) <= LIMIT - 256


def test_more_than_ec2_takes_is_refused() -> None:
    """EC2 would refuse it after the preview; its stand-ins do not."""
    noise = {f"a.b{number}": str(pow(3, number + 900, 10**60)) for number in range(160)}
    with pytest.raises(UserDataTooLarge, match=r"has \d+ bytes and EC2 takes 16384"):
        user_data(replace(FULL, parameters=noise))


def test_a_host_whose_way_out_is_ipv6_asks_aws_by_names_that_have_it() -> None:
    """The boot program, Session Manager's agent and the container engine; on other hosts nothing of the kind stands."""
    agent, engine = "/etc/amazon/ssm/amazon-ssm-agent.json", "/etc/systemd/system/docker.service.d/dual-stack.conf"
    found = files()
    assert yaml.safe_load(found[agent]["content"]) == {"Agent": {"UseDualStackEndpoint": True}}
    assert "\nEnvironment=AWS_USE_DUALSTACK_ENDPOINT=true\n" in found[engine]["content"]
    assert "\nexport AWS_USE_DUALSTACK_ENDPOINT=true\n" in found["/etc/timescaledb-host/settings"]["content"]
    other = yaml.safe_load(gzip.decompress(user_data(replace(FULL, dual_stack=False))))
    assert "DUALSTACK_ENDPOINT=true" not in str(other)
    assert not {agent, engine} & {file["path"] for file in other["write_files"]}
    again = ["systemctl", "try-restart", "amazon-ssm-agent", "docker"]
    runs = yaml.safe_load(gzip.decompress(user_data(FULL)))["runcmd"]
    assert runs.index(again) < runs.index(runs[-1])
    assert again not in other["runcmd"]


def test_everything_of_the_folder_is_on_board() -> None:
    """A file added to userdata/ reaches the host, executable where it is a program."""
    found = files()
    for path in USERDATA.rglob("*"):
        if path.is_dir():
            continue
        unit = path.parent.name == "units"
        target = f"/etc/systemd/system/{path.name}" if unit else f"/opt/timescaledb-host/{path.relative_to(USERDATA)}"
        assert target in found
        assert (found[target]["permissions"] == "0755") == bool(path.stat().st_mode & 0o100), path


def test_what_is_packed_is_still_the_program() -> None:
    """Without its comments each file is what a shell takes, and starts with its interpreter."""
    for path, file in files().items():
        if path.startswith("/opt") and file["permissions"] == "0755":
            assert file["content"].startswith("#!/bin/bash\n")
        if path.startswith("/opt") and not path.endswith((".sql", ".tsv")):
            subprocess.run(["bash", "-n"], input=file["content"], text=True, check=True)
            assert "\n# " not in file["content"]
            assert "\n " not in file["content"]


def test_a_shell_reads_the_same_program_in_what_is_packed() -> None:
    """By its own parser: only comments, empty lines and indentation are gone."""

    def parsed(text: str) -> list[str]:
        command = ["bash", "--pretty-print", "/dev/stdin"]
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
        if "invalid option" in done.stderr:
            pytest.skip("bash prints what it has parsed from version 5.2 on")
        assert done.returncode == 0, done.stderr
        return [line.strip() for line in done.stdout.splitlines() if line.strip()]

    compared = 0
    for path, file in files().items():
        if path.startswith("/opt") and not path.endswith((".sql", ".tsv")):
            original = (USERDATA / path.removeprefix("/opt/timescaledb-host/")).read_text(encoding="utf-8")
            assert parsed(file["content"]) == parsed(original), path
            compared += 1
    assert compared > 20


def test_steps_are_short() -> None:
    """A page each, so that one is read whole when it fails at night."""
    for path in USERDATA.rglob("*"):
        if path.is_file():
            assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_STEP, path


def test_the_clean_stop_comes_before_the_mount_goes() -> None:
    """systemd takes mounts away in parallel unless they are named."""
    unit = files()["/etc/systemd/system/timescaledb-stop.service"]["content"]
    assert r"After=network-online.target docker.service mnt-timescaledb\x2ddata.mount" in unit
    assert "TimeoutStopSec=110" in unit


@pytest.mark.parametrize("path", ["/mnt/timescaledb-data", "/srv/a b/c_d", "/x/.hidden", "/ü"])
def test_mount_units_are_named_as_systemd_names_them(path: str) -> None:
    """Against systemd's own tool."""
    done = subprocess.run(
        ["systemd-escape", "--path", "--suffix=mount", path], capture_output=True, text=True, check=True
    )
    assert mount_unit(path) == done.stdout.strip()


def test_units_are_what_systemd_takes(tmp_path: Path) -> None:
    """By systemd's own check, with the programs in place."""
    for path, file in files().items():
        if path.startswith("/etc/systemd"):
            content = file["content"].replace("/opt/timescaledb-host/", f"{tmp_path}/")
            (tmp_path / Path(path).name).write_text(content, encoding="utf-8")
        elif path.startswith("/opt/timescaledb-host/") and path.count("/") == 3:
            (tmp_path / Path(path).name).write_text("#!/bin/sh\n", encoding="utf-8")
            (tmp_path / Path(path).name).chmod(0o755)
    (tmp_path / "docker.service").write_text("[Service]\nExecStart=/bin/true\n", encoding="utf-8")
    units = [str(path) for path in sorted(tmp_path.glob("timescaledb-*"))]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True, check=False
    )
    assert [line for line in done.stderr.splitlines() if "timescaledb" in line] == []
    assert done.returncode == 0, done.stderr
