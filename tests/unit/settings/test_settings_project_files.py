"""Pulumi.yaml and the committed stack files say what the settings say."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from pulumi_timescaledb.settings import TOPICS, read
from pulumi_timescaledb.settings.key import PROJECT, keys_of

ROOT = Path(__file__).parents[3]
PROJECT_FILE: dict[str, Any] = yaml.safe_load((ROOT / "Pulumi.yaml").read_text(encoding="utf-8"))
KEYS = [key for topic in TOPICS.values() for key in keys_of(topic)]
STACKS = {"dev": "lighthouse_dev", "prod": "lighthouse"}


def test_the_project_file_lists_the_same_keys_in_the_same_order() -> None:
    """The engine shows and checks what Pulumi.yaml lists; the program reads what settings/ declares."""
    assert list(PROJECT_FILE["config"]) == [key.name for key in KEYS]
    assert PROJECT_FILE["name"] == PROJECT


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
def test_a_key_has_the_same_type_default_and_description_in_both(key: Any) -> None:
    """A default in Pulumi.yaml alone would win over the one in settings/ without a word."""
    expected = {"type": key.form.schema_type, "default": key.default, "description": key.description}
    assert PROJECT_FILE["config"][key.name] == expected


def test_no_key_is_declared_by_two_topics() -> None:
    """The keys are one flat space."""
    names = [key.name for key in KEYS]
    assert len(names) == len(set(names))


def test_every_key_has_a_default() -> None:
    """The engine refuses a stack that lacks a key without one, even where the target does not need it."""
    for key in KEYS:
        assert key.default is not None
        assert key.form.write(key.parse(None)) in (key.default_text, str(key.default))


def test_the_runtime_is_explicit_and_every_preview_reads_the_database() -> None:
    """The provider process starts in the environment named here; a detected tool chain would not be seen by it."""
    assert PROJECT_FILE["runtime"] == {"name": "python", "options": {"toolchain": "pip", "virtualenv": ".venv"}}
    assert PROJECT_FILE["options"] == {"refresh": "always"}


@pytest.mark.parametrize("stack", STACKS)
def test_a_committed_stack_holds_settings_alone(stack: str) -> None:
    """No encryption salt (it belongs to one machine), no secret, and a password by reference."""
    content = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8"))
    assert set(content) == {"config"}
    assert all(isinstance(value, (str, int, bool)) for value in content["config"].values())
    assert content["config"]["lighthouse:database"] == STACKS[stack]
    assert content["config"]["lighthouse:password_ref"].startswith(("ssm:", "secretsmanager:"))


@pytest.mark.parametrize("stack", STACKS)
def test_a_committed_stack_is_read(stack: str) -> None:
    """As the engine hands it over."""
    content = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8"))
    config = {name: _as_the_engine_hands_it_over(value) for name, value in content["config"].items()}
    assert read(config, stack).environment == stack


def _as_the_engine_hands_it_over(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
