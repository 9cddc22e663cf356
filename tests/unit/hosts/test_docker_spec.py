"""Arguments of the Docker host: defaults, and one refusal for each thing that cannot be.

Not proved here: that a Docker engine agrees; a refusal is known by class and argument, never by its prose.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pulumi_timescaledb.hosts.docker.args import DatabaseArgs
from pulumi_timescaledb.hosts.docker.spec import _CHECKS, Spec, refuse, specify
from pulumi_timescaledb.server import (
    GIB,
    ArgumentRefused,
    BadValue,
    CannotStart,
    MandatorySetting,
    MovingTag,
    NotAReference,
    OutOfRange,
    UnknownArgument,
    UnusableFile,
    VersionMismatch,
)


@pytest.fixture
def args(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A working declaration, with its password file in the folder the program runs in."""
    monkeypatch.chdir(tmp_path)
    Path("password").write_text("canary-password\n")
    Path("password").chmod(0o600)
    return {
        "image": "timescale/timescaledb:2.29.2-pg17",
        "image_family": "timescaledb",
        "memory": "2GiB",
        "cpus": 2,
        "port": 15432,
        "password_ref": "file:password",
    }


def specified(args: dict[str, Any], **more: Any) -> Spec:
    """The declaration of a component called lighthouse."""
    return specify("lighthouse", "project/test", {**args, **more})


def test_the_defaults(args: dict[str, Any]) -> None:
    """Names follow the component's, everything else is local and PostgreSQL 17."""
    spec = specified(args)
    assert (spec.container_name, spec.network_name, spec.volume_name) == ("lighthouse", "lighthouse", "lighthouse-data")
    assert (spec.host_ip, spec.database, spec.user, spec.data_path) == ("127.0.0.1", "postgres", "postgres", None)
    assert (spec.memory, spec.cpus, spec.layout.postgres) == (2 * GIB, 2.0, 17)


def test_none_is_the_default(args: dict[str, Any]) -> None:
    """An argument given as None is an argument left out."""
    left_out: dict[str, Any] = dict.fromkeys(DatabaseArgs.__optional_keys__)
    assert specified(args, **left_out) == specified(args)


def test_what_is_declared_is_kept(args: dict[str, Any]) -> None:
    """A private address, a library of the image and a folder, each as written."""
    spec = specified(args, host_ip="10.0.0.5", preload_libraries=["auto_explain"], data_path="/srv/lighthouse/")
    assert (spec.host_ip, spec.data_path) == ("10.0.0.5", "/srv/lighthouse")
    assert spec.settings["shared_preload_libraries"].value.endswith(",auto_explain")


def test_whole_numbers_may_arrive_as_floats(args: dict[str, Any]) -> None:
    """The engine hands numbers of a hosted component over as floats."""
    assert specified(args, port=15432.0, postgres_version=17.0, max_background_workers=16.0) == specified(args)


@pytest.mark.parametrize(("cpus", "workers"), [(0.5, "1"), (1.0, "1"), (1.5, "2"), (3.2, "4")])
def test_a_fraction_of_a_cpu_counts_as_a_whole_one(args: dict[str, Any], cpus: float, workers: str) -> None:
    """Half a CPU still runs one worker at a time."""
    assert specified(args, cpus=cpus).settings["max_parallel_workers"].value == workers


def test_every_argument_has_a_check() -> None:
    """An argument added later cannot be passed on unread."""
    assert set(_CHECKS) == set(DatabaseArgs.__annotations__)


REFUSED: list[tuple[dict[str, Any], type[ArgumentRefused], str]] = [
    ({"image": "timescale/timescaledb:latest-pg17"}, MovingTag, "image"),
    ({"image": "timescale/timescaledb"}, MovingTag, "image"),
    ({"image": "not an image"}, BadValue, "image"),
    ({"image": "timescale/timescaledb:2.29.2-pg18"}, VersionMismatch, "image"),
    ({"image": None}, BadValue, "image"),
    ({"image_family": "alpine"}, UnknownArgument, "image_family"),
    ({"postgres_version": 14}, OutOfRange, "postgres_version"),
    ({"postgres_version": "17"}, BadValue, "postgres_version"),
    ({"memory": "255MiB"}, OutOfRange, "memory"),
    ({"memory": 2147483648}, BadValue, "memory"),
    ({"memory": "524289kB"}, BadValue, "memory"),
    ({"cpus": 0}, OutOfRange, "cpus"),
    ({"cpus": -1}, OutOfRange, "cpus"),
    ({"cpus": float("nan")}, BadValue, "cpus"),
    ({"cpus": "2"}, BadValue, "cpus"),
    ({"port": 0}, OutOfRange, "port"),
    ({"port": 65536}, OutOfRange, "port"),
    ({"port": True}, BadValue, "port"),
    ({"port": 5432.5}, BadValue, "port"),
    ({"host_ip": "0.0.0.0"}, OutOfRange, "host_ip"),  # noqa: S104 - refused
    ({"host_ip": "8.8.8.8"}, OutOfRange, "host_ip"),
    ({"host_ip": "localhost"}, BadValue, "host_ip"),
    ({"database": "template1"}, BadValue, "database"),
    ({"database": "x" * 64}, OutOfRange, "database"),
    ({"database": ""}, BadValue, "database"),
    ({"user": "a\nb"}, BadValue, "user"),
    ({"container_name": "-lighthouse"}, BadValue, "container_name"),
    ({"container_name": "light house"}, BadValue, "container_name"),
    ({"network_name": "x" * 64}, BadValue, "network_name"),
    ({"volume_name": "a/b"}, BadValue, "volume_name"),
    ({"data_path": "data"}, BadValue, "data_path"),
    ({"data_path": "/"}, BadValue, "data_path"),
    ({"data_path": "/srv/../etc"}, BadValue, "data_path"),
    ({"data_path": "/srv/a:ro"}, BadValue, "data_path"),
    ({"pull": "yes"}, BadValue, "pull"),
    ({"retain_data": 1}, BadValue, "retain_data"),
    ({"labels": {"a": 1}}, BadValue, "labels"),
    ({"labels": {"pulumi_timescaledb.stack": "mine"}}, BadValue, "labels"),
    ({"preload_libraries": "auto_explain"}, BadValue, "preload_libraries"),
    ({"preload_libraries": ["a,b"]}, BadValue, "preload_libraries"),
    ({"max_background_workers": 15}, OutOfRange, "max_background_workers"),
    ({"settings": "work_mem=1MB"}, BadValue, "settings"),
    ({"settings": {"port": 1}}, MandatorySetting, 'settings["port"]'),
    ({"settings": {"shared_buffers": "2GB"}}, CannotStart, 'settings["shared_buffers"]'),
    ({"password_ref": "canary-password"}, NotAReference, "password_ref"),
    ({"password_ref": "file:"}, NotAReference, "password_ref"),
    ({"password_ref": "env:PASSWORD"}, NotAReference, "password_ref"),
    ({"password_ref": "file:absent"}, UnusableFile, "password_ref"),
    ({"passwort_ref": "file:password"}, UnknownArgument, "passwort_ref"),
    ({"timezone": "UTC"}, UnknownArgument, "timezone"),
]


@pytest.mark.parametrize(("wrong", "kind", "argument"), REFUSED, ids=[str(case[0]) for case in REFUSED])
def test_what_cannot_be_is_refused_by_name(
    args: dict[str, Any], wrong: dict[str, Any], kind: type[ArgumentRefused], argument: str
) -> None:
    """The refusal has the class and argument of the case, names it first, and never shows a password."""
    with pytest.raises(kind) as refused:
        specified(args, **wrong)
    assert type(refused.value) is kind
    assert refused.value.argument == argument
    assert str(refused.value).startswith(f"{argument} ")
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize("name", sorted(DatabaseArgs.__required_keys__))
def test_a_missing_argument_is_refused(args: dict[str, Any], name: str) -> None:
    """Each required argument by its own name."""
    with pytest.raises(BadValue) as refused:
        specify("lighthouse", "project/test", {key: value for key, value in args.items() if key != name})
    assert refused.value.argument == name


def test_a_misspelt_argument_is_told_the_right_one(args: dict[str, Any]) -> None:
    """The remedy is the closest name there is."""
    with pytest.raises(UnknownArgument) as refused:
        specified(args, memroy="1GiB")
    assert "memory" in refused.value.remedy


def test_the_components_own_name_may_be_no_name_for_docker(args: dict[str, Any]) -> None:
    """Then the argument that can mend it is named."""
    with pytest.raises(BadValue) as refused:
        specify("Light house", "project/test", args)
    assert refused.value.argument == "container_name"


@pytest.mark.parametrize(
    ("content", "mode"),
    [("", 0o600), ("\n\n", 0o600), ("one\ntwo\n", 0o600), ("one", 0o640), ("one", 0o604)],
    ids=["empty", "blank", "two lines", "group reads", "all read"],
)
def test_a_password_file_that_cannot_be_used(args: dict[str, Any], content: str, mode: int) -> None:
    """Empty, of several lines, or open to others."""
    Path("password").write_text(content)
    Path("password").chmod(mode)
    with pytest.raises(UnusableFile) as refused:
        specified(args)
    assert refused.value.argument == "password_ref"


def test_what_is_known_is_checked_although_the_rest_is_not(args: dict[str, Any]) -> None:
    """An early check takes the plain part of the arguments and all their names."""
    known = {"image": "timescale/timescaledb:latest", "image_family": "timescaledb"}
    with pytest.raises(MovingTag):
        refuse(known, args)
    refuse({"port": 15432}, args)
    with pytest.raises(BadValue) as refused:
        refuse({}, {**args, "data_path": object()})
    assert refused.value.argument == "data_path"
