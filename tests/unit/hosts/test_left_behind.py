"""What says that a thing is not there, and what only says that nobody can tell.

Not proven here: that these are AWS's words, and the provider's, in every version; they were read in its source.
"""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
from pulumi_timescaledb.hosts import left_behind


def look(said: str) -> Any:
    """A look-up that fails with a sentence."""

    def fails(**asked: Any) -> Any:
        raise RuntimeError(said)

    return fails


@pytest.fixture
def parent() -> pulumi.Resource:
    """Whose provider would be asked; nothing here reads it."""
    return object.__new__(pulumi.ComponentResource)


@pytest.mark.parametrize(
    "said",
    [
        "reading Secrets Manager Secret (a): couldn't find resource",
        "ResourceNotFoundException: Secrets Manager can't find the specified secret.",
        "operation error S3: HeadBucket, https response error StatusCode: 404, api error NotFound: Not Found",
        "operation error S3: GetBucketPolicy, api error NoSuchBucket: The specified bucket does not exist",
        "operation error S3: GetBucketPolicy, api error NoSuchBucketPolicy: The bucket policy does not exist",
        "reading S3 Bucket Policy (a): empty result",
    ],
)
def test_a_thing_that_is_not_there_is_made(parent: pulumi.Resource, said: str) -> None:
    """A first deployment depends on it."""
    assert left_behind.found(look(said), parent, "name 'a'", name="a") is None


@pytest.mark.parametrize(
    "said", ["api error AccessDenied: Access Denied", "api error\nPermanentRedirect: 301", "no route to host", ""]
)
def test_what_only_says_that_nobody_can_tell_stops_the_program(parent: pulumi.Resource, said: str) -> None:
    """One line with the way on; what one kind alone says of an absence is no absence of another."""
    with pytest.raises(
        pulumi.RunError, match=r"^whether name 'a' is there already cannot be told \(.*\); check"
    ) as told:
        left_behind.found(look(said), parent, "name 'a'", name="a")
    assert "\n" not in str(told.value)
    if "AccessDenied" in said:
        assert left_behind.found(look(said), parent, "name 'a'", "AccessDenied", name="a") is None


@pytest.mark.parametrize(
    ("tags", "ours"),
    [
        ({"timescaledb-stack": "project/stack"}, True),
        ({"timescaledb-stack": "another/stack"}, False),
        ({"Name": "a"}, False),
        ({}, False),
        (None, False),
    ],
)
def test_a_name_is_no_proof(tags: dict[str, str] | None, ours: bool) -> None:
    """Somebody else's of the same name, another stack's too, is left to AWS, which refuses the second."""
    assert left_behind.is_ours(tags) is ours


def test_what_is_marked_is_taken_back() -> None:
    """By the same project and stack; a user's tags stay beside the mark."""
    tags = left_behind.marked({"team": "data"}, "a")
    assert tags == {"team": "data", "Name": "a", "timescaledb-stack": "project/stack"}
    assert left_behind.is_ours(tags)
