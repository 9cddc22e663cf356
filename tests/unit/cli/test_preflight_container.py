"""``tsdb preflight`` and the container's image: each answer of a registry as a row, and the asking against moto's ECR.

Not proved here: that ECR gives an index where indexes are accepted. moto gives what it holds, whatever is accepted.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.stub import Stubber
from pulumi_timescaledb.cli.bootstrap import needs, policy
from pulumi_timescaledb.cli.preflight import command, registry
from pulumi_timescaledb.cli.preflight.checks import OK, REFUSED, WARNING, Check, all_checks
from pulumi_timescaledb.cli.preflight.facts import Facts, Listed
from pulumi_timescaledb.settings import Settings
from pulumi_timescaledb.settings import read as read_settings

from tests.support.aws_account import Account, account, project
from tools.engine.plugins.aws.server.account import way_out

__all__ = ["account", "project"]
CONFIG = {"target": "ec2", "environment": "dev", "password_ref": "ssm:/lighthouse/dev/db/password"}
ACCOUNT, NAME, TAG = "123456789012", "lighthouse/timescaledb", "2.29.2-pg17"
HOST = f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com"
IMAGE = f"{HOST}/{NAME}:{TAG}"
ARM, AMD, WINDOWS = ({"os": os, "architecture": architecture} for os, architecture in (
    ("linux", "arm64"), ("linux", "amd64"), ("windows", "arm64")))  # fmt: skip
PROVENANCE = {"os": "unknown", "architecture": "unknown"}
OCI_INDEX, DOCKER_LIST = registry.INDEXES
BOTH = frozenset({"linux/amd64", "linux/arm64"})


def settings(**more: str) -> Settings:
    keys = {**CONFIG, "image": IMAGE, **more}
    return read_settings({f"lighthouse:{key}": text for key, text in keys.items()}, "dev")


def row(wanted: Settings, listed: Listed | None) -> Check:
    (found,) = (each for each in all_checks(wanted, Facts(who="x"), listed) if each.name == "container image")
    return found


def index(kind: str, *platforms: dict[str, str] | None) -> dict[str, Any]:
    """As a registry keeps it; None: an image that names no platform."""
    images = [
        {"mediaType": registry.MANIFESTS[0], "size": 1, "digest": f"sha256:{number:064x}"}
        | ({"platform": each} if each else {})
        for number, each in enumerate(platforms)
    ]
    return {"schemaVersion": 2, "mediaType": kind, "manifests": images}


CONFIGURATION = {"mediaType": "application/vnd.docker.container.image.v1+json", "size": 1, "digest": "sha256:0"}
SINGLE = {"schemaVersion": 2, "mediaType": registry.MANIFESTS[1], "config": CONFIGURATION, "layers": []}


@pytest.mark.parametrize(
    ("listed", "more", "state", "words", "remedy"),
    [
        (Listed(platforms=BOTH), {}, OK, "linux/amd64 and linux/arm64", ""),
        (Listed(platforms=BOTH), {"instance_type": "t3.small"}, OK, "linux/amd64 and linux/arm64", ""),
        (Listed(platforms=frozenset({"linux/arm64"}), whole=False), {}, OK, "linux/arm64", ""),
        (
            Listed(platforms=frozenset({"linux/amd64"})), {}, REFUSED, "it is of linux/amd64, and t4g.micro is arm64",
            "push an index that has linux/arm64",
        ),
        (
            Listed(platforms=frozenset({"linux/arm64"})), {"instance_type": "t3.small"}, REFUSED,
            "it is of linux/arm64, and t3.small is amd64", "choose an instance_type",
        ),
        (Listed(platforms=frozenset({"windows/arm64"})), {}, REFUSED, "windows/arm64", "linux/arm64"),
        (Listed(platforms=frozenset()), {}, REFUSED, "it is of no platform", "linux/arm64"),
        (
            Listed(platforms=frozenset({"linux/amd64"}), whole=False), {}, WARNING, "and not of each image",
            "must list linux/arm64",
        ),
        (Listed(), {}, WARNING, "does not name its architecture", "{{json .Image}}' must say arm64"),
        (Listed(absent="the repository x has no image 1"), {}, REFUSED, "has no image 1", "push it there"),
        (Listed(unread="AccessDenied"), {}, WARNING, "not read: AccessDenied", "--print-policy operate"),
        (None, {"image": "timescale/timescaledb:2.29.2-pg17"}, WARNING, "its registry is not asked", "must list"),
        (None, {"image": f"{HOST}/{NAME}:latest"}, REFUSED, "image changes over time", "name one exact version"),
    ],
)  # fmt: skip
def test_what_a_registry_says_decides(
    listed: Listed | None, more: dict[str, str], state: str, words: str, remedy: str
) -> None:
    """The image is named in each row but for one that would be refused as it is written."""
    wanted = settings(**more)
    found = row(wanted, listed)
    assert found.state == state
    assert words in found.found
    assert remedy in found.remedy
    assert bool(found.remedy) == (state != OK)
    assert str(wanted.docker.image) in found.found or "latest" in str(wanted.docker.image)


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        (index(OCI_INDEX, ARM, AMD, PROVENANCE), Listed(platforms=BOTH)),
        (index(DOCKER_LIST, ARM | {"variant": "v8"}), Listed(platforms=frozenset({"linux/arm64"}))),
        (index(OCI_INDEX, AMD, None), Listed(platforms=frozenset({"linux/amd64"}), whole=False)),
        (index(OCI_INDEX, WINDOWS), Listed(platforms=frozenset({"windows/arm64"}))),
        (SINGLE, Listed()),
    ],
)
def test_an_index_names_the_platforms_of_its_images(manifest: dict[str, Any], said: Listed) -> None:
    """What buildx keeps beside them of how they were built is none."""
    assert registry.listed(manifest) == said


def push(account: Account, manifest: dict[str, Any]) -> str:
    """Into a repository of the account; the image's digest."""
    ecr = account.clients("ecr")
    ecr.create_repository(repositoryName=NAME)
    said = ecr.put_image(
        repositoryName=NAME,
        imageTag=TAG,
        imageManifest=json.dumps(manifest),
        imageManifestMediaType=manifest["mediaType"],
    )
    return str(said["image"]["imageId"]["imageDigest"])


@pytest.mark.parametrize("kind", registry.INDEXES)
@pytest.mark.parametrize("written", ["tag", "digest", "both"])
def test_the_image_is_asked_for_as_it_is_declared(account: Account, kind: str, written: str) -> None:
    """By the digest where there is one: an engine that is given both pulls by it, whatever the tag has become."""
    digest = push(account, index(kind, ARM, AMD))
    image = {"tag": IMAGE, "digest": f"{HOST}/{NAME}@{digest}", "both": f"{HOST}/{NAME}:1.2.3@{digest}"}[written]
    assert registry.read(account.clients, settings(image=image)) == Listed(platforms=BOTH)


def test_a_single_manifest_is_no_answer(account: Account) -> None:
    push(account, SINGLE)
    assert registry.read(account.clients, settings()) == Listed()


def test_what_is_absent_is_said(account: Account) -> None:
    """First the repository, then the tag."""
    wanted = settings(image=f"{HOST}/{NAME}:1.2.3")
    said = registry.read(account.clients, wanted)
    assert said == Listed(absent=f"the registry of {ACCOUNT} in us-east-1 has no repository {NAME}")
    push(account, index(OCI_INDEX, ARM))
    assert registry.read(account.clients, wanted) == Listed(absent=f"the repository {NAME} has no image 1.2.3")


def test_a_registry_of_another_region_is_asked_there(account: Account) -> None:
    """And one by its dual-stack name is the same registry."""
    push(account, index(OCI_INDEX, ARM))
    elsewhere = settings(image=IMAGE.replace("us-east-1", "eu-west-1"))
    assert "eu-west-1 has no repository" in (registry.read(account.clients, elsewhere) or Listed()).absent
    dual = settings(image=f"{ACCOUNT}.dkr-ecr.us-east-1.on.aws/{NAME}:{TAG}")
    assert registry.read(account.clients, dual) == Listed(platforms=frozenset({"linux/arm64"}))


@pytest.mark.parametrize("image", ["timescale/timescaledb:2.29.2-pg17", f"sha256:{'0' * 64}", f"{HOST}/{NAME}:latest"])
def test_no_other_registry_is_asked(account: Account, image: str) -> None:
    """Nor ECR for what is refused as it is written: the stub answers nothing."""
    with Stubber(account.clients("ecr")):
        assert registry.read(account.clients, settings(image=image)) is None


def test_the_request_is_of_the_form_that_the_api_has_and_other_failures_are_no_absence(account: Account) -> None:
    """The stub checks it against the API's model."""
    failure = {"failureCode": "KmsError", "failureReason": "the key is disabled", "imageId": {"imageTag": TAG}}
    asked = {"registryId": ACCOUNT, "repositoryName": NAME, "imageIds": [{"imageTag": TAG}],
             "acceptedMediaTypes": [*registry.INDEXES, *registry.MANIFESTS]}  # fmt: skip
    with Stubber(account.clients("ecr")) as stub:
        stub.add_response("batch_get_image", {"images": [], "failures": [failure]}, asked)
        assert registry.read(account.clients, settings()) == Listed(unread="KmsError: the key is disabled")
        stub.add_client_error("batch_get_image", "AccessDeniedException", "not for you")
        said = registry.read(account.clients, settings())
    assert said is not None
    assert "AccessDeniedException: not for you" in said.unread


@pytest.mark.parametrize(("platform", "state", "good"), [(ARM, OK, True), (AMD, REFUSED, False)])
def test_the_command_fails_with_an_image_of_another_architecture(
    account: Account,
    project: Path,
    capsys: pytest.CaptureFixture[str],
    platform: dict[str, str],
    state: str,
    good: bool,
) -> None:
    """In an account that has all else; its quota, which moto does not know, is a warning."""
    way_out(account.ec2, account.ec2.describe_subnets(SubnetIds=[account.subnet])["Subnets"][0]["VpcId"])
    push(account, index(OCI_INDEX, platform))
    file = project / "Pulumi.dev.yaml"
    file.write_text(f"{file.read_text()}  lighthouse:image: {IMAGE}\n")
    assert command.run("dev", str(project), as_json=True, clients=account.clients) is good
    found = json.loads(capsys.readouterr().out)["checks"]
    assert {each["name"] for each in found if each["state"] == REFUSED} == (set() if good else {"container image"})
    assert [each["state"] for each in found if each["name"] == "container image"] == [state]


def test_the_policy_reads_the_projects_own_images_and_takes_no_layer() -> None:
    """Of the repositories whose names begin as everything else does that is the project's."""
    names = {"Partition": "aws", "Region": "us-east-1", "Account": ACCOUNT, "Project": "lighthouse",
             "Bucket": "b", "Alias": "alias/a"}  # fmt: skip
    found = [each for which in policy.POLICIES for each in policy.policy(which, **names)["Statement"]
             if any(action.startswith("ecr:") for action in each["Action"])]  # fmt: skip
    (only,) = found
    assert only in policy.policy("operate", **names)["Statement"]  # the one that the row names
    assert only["Action"] == list(needs.REGISTRY) == ["ecr:BatchGetImage"]
    begin = f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/lighthouse"
    assert only["Resource"] == [begin, f"{begin}-*", f"{begin}/*"]
