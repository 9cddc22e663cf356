"""The pack's tree: what imports what, what is documented, and that its requirements are exact."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from timescaledb_policy.rules import RULES

PACK = Path(__file__).parents[3] / "policy"
MODULES = sorted((PACK / "timescaledb_policy").rglob("*.py"))
FROM_THE_LIBRARY = {"cost", "errors", "hardware", "units"}


def imported(path: Path) -> set[str]:
    """The modules that a module names in its imports."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    found = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    return found | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_only_the_wiring_imports_pulumi(path: Path) -> None:
    """A rule is tested as a function of values, without an engine and without the pack's environment."""
    tops = {name.partition(".")[0] for name in imported(path)}
    assert tops & {"pulumi", "pulumi_policy", "pulumi_aws"} <= ({"pulumi_policy"} if path.stem == "wiring" else set())


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_only_pure_rooms_of_the_library_are_used(path: Path) -> None:
    """Everything else would bring Pulumi's or the database's packages into the analyzer."""
    ours = [name.split(".") for name in imported(path) if name.startswith("pulumi_timescaledb")]
    assert {name[1] for name in ours} <= FROM_THE_LIBRARY


@pytest.mark.parametrize("path", [*MODULES, PACK / "__main__.py"], ids=lambda path: path.stem)
def test_modules_are_short_and_say_what_they_are_for(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert ast.get_docstring(tree)
    assert len(text.splitlines()) <= 200
    public = [node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name[0] != "_"]
    assert [node.name for node in public if not ast.get_docstring(node)] == []


def test_every_module_of_rules_is_in_the_list() -> None:
    """A module that nobody names would never be asked."""
    named = imported(PACK / "timescaledb_policy" / "rules" / "__init__.py")
    assert "timescaledb_policy.rules" in named
    tree = ast.parse((PACK / "timescaledb_policy" / "rules" / "__init__.py").read_text(encoding="utf-8"))
    listed = {name.name for node in tree.body if isinstance(node, ast.ImportFrom) for name in node.names}
    files = {path.stem for path in (PACK / "timescaledb_policy" / "rules").glob("*.py")} - {"__init__"}
    assert files <= listed
    assert len(RULES) >= 20


def test_requirements_are_exact() -> None:
    """A pack that other versions run is another pack."""
    lines = (PACK / "requirements.txt").read_text(encoding="utf-8").splitlines()
    wanted = [each for each in lines if each and not each.startswith("#")]
    assert wanted[-1] == ".."
    assert all(re.fullmatch(r"[a-z-]+==\d+(\.\d+)+", each) for each in wanted[:-1])
