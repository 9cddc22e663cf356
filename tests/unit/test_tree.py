"""The rules of the tree, as tests: what a newcomer would break without noticing."""

import ast
import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "components" / "pulumi_timescaledb"
KINDS = PACKAGE / "database" / "kinds"
KIND_FILES = {"__init__.py", "wanted.py", "found.py", "change.py", "sql.py"}
LONGEST_MODULE, LONGEST_TEST = 400, 600  # lines

# In every user's state: changing one of these would replace or lose what they stand for. Add, never change.
FROZEN_COMPONENTS = {
    "timescaledb:backup:Archive",
    "timescaledb:backup:Vault",
    "timescaledb:database:DatabaseObjects",
    "timescaledb:docker:Database",
    "timescaledb:ec2:Address",
    "timescaledb:ec2:Database",
    "timescaledb:ec2:Fallback",
    "timescaledb:ec2:Identity",
    "timescaledb:ec2:Network",
    "timescaledb:ec2:OnDemand",
    "timescaledb:ec2:Password",
    "timescaledb:ec2:SecurityGroup",
    "timescaledb:ec2:Settings",
    "timescaledb:ec2:Spot",
    "timescaledb:ec2:Volume",
    "timescaledb:managed:Database",
    "timescaledb:watch:Alarms",
    "timescaledb:watch:Dashboard",
}
FROZEN_RESOURCES = {
    "Converged",  # the common base; registered by no program
    "ContinuousAggregate",
    "DatabaseReady",
    "DefaultPrivileges",
    "Extension",
    "Grant",
    "Hypertable",
    "Job",
    "Migrations",
    "PartitionedRetention",
    "Plan",
    "Role",
    "RowLevelSecurity",
    "Schema",
    "SecurityBarrierView",
}
FROZEN_PROVIDER = ("pulumi_timescaledb.provider.converge", "Converge")
FROZEN_CHILDREN = {
    "backup/archive.py": {
        "{}-bucket",
        "{}-encryption",
        "{}-lifecycle",
        "{}-lock",
        "{}-ownership",
        "{}-policy",
        "{}-public-access",
        "{}-versioning",
    },
    "backup/vault.py": {
        "{}-drill",
        "{}-drill-volume",
        "{}-plan",
        "{}-role",
        "{}-role-{}",
        "{}-selection",
        "{}-{}",
        "{}-{}-lock",
    },
    "watch/alarms.py": {
        "{}-email-{}",
        "{}-logs",
        "{}-topic",
        "{}-topic-policy",
        "{}-{}",
        "{}-{}-target",
        "{}-{}-{}",
    },
    "watch/dashboard.py": {"{}-dashboard"},
    "provider/objects.py": {"{}-ready", "{}-plan", "{}-{}"},
    "hosts/ec2/address.py": {"{}-interface", "{}-record"},
    "hosts/ec2/database.py": {
        "{}-address",
        "{}-data",
        "{}-fall-back",
        "{}-host",
        "{}-identity",
        "{}-network",
        "{}-password",
        "{}-security",
    },
    "hosts/ec2/fallback.py": {
        "{}-events-policy",
        "{}-events-role",
        "{}-failed",
        "{}-machine",
        "{}-machine-policy",
        "{}-machine-role",
        "{}-return",
        "{}-rule",
        "{}-target",
    },
    "hosts/ec2/identity.py": {"{}-profile", "{}-role", "{}-{}"},
    "hosts/ec2/on_demand.py": {"{}-instance"},
    "hosts/ec2/secrets.py": {"{}-secret"},
    "hosts/ec2/security_group.py": {"{}-group", "{}-in-{}", "{}-{}"},
    "hosts/ec2/spot.py": {"{}-group", "{}-template"},
    "hosts/ec2/volume.py": {"{}-tag", "{}-volume"},
    "hosts/docker/database.py": {"{}-network", "{}-volume", "{}-image", "{}-container"},
}


def sources() -> list[Path]:
    """Every module of the library."""
    return sorted(PACKAGE.rglob("*.py"))


def modules_of_tests() -> list[Path]:
    """Every module below tests/."""
    return sorted((ROOT / "tests").rglob("*.py"))


def parsed(path: Path) -> ast.Module:
    """A module's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def short(path: Path) -> str:
    """A path as a test's name."""
    return str(path.relative_to(ROOT))


def kinds() -> list[Path]:
    """The folders of the kinds."""
    return sorted(each for each in KINDS.iterdir() if each.is_dir() and each.name != "__pycache__")


@pytest.mark.parametrize("kind", kinds(), ids=lambda path: path.name)
def test_a_kind_has_its_four_files(kind: Path) -> None:
    """What is wanted, what is found, what changes, and the statements."""
    assert {path.name for path in kind.glob("*.py")} >= KIND_FILES


def test_the_visible_list_names_every_kind_folder() -> None:
    """A folder that is not in the list would be dead."""
    from pulumi_timescaledb.database.kinds import KINDS as LISTED

    assert set(LISTED) == {path.name for path in kinds()}


def test_every_file_with_tests_is_collected() -> None:
    """pytest collects test_*.py alone; a test anywhere else would never run."""
    with_tests = {path for path in modules_of_tests() if any(_tests(path))}
    assert with_tests
    assert [short(path) for path in with_tests if not path.name.startswith("test_")] == []


def test_every_folder_of_tests_is_a_package() -> None:
    """Two files of one name in two folders collide otherwise."""
    folders = {path.parent for path in modules_of_tests() if path.name.startswith("test_")}
    assert [short(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


def test_the_name_of_a_test_is_a_sentence() -> None:
    """It is what is read when it fails."""
    found = [f"{short(path)}: {name}" for path in modules_of_tests() for name in _tests(path) if name.count("_") < 2]
    assert found == []


def test_no_test_hides_another_of_the_same_name() -> None:
    """In one module the second definition would replace the first."""
    named = [(short(path), name) for path in modules_of_tests() for name in _tests(path)]
    assert sorted(each for each in set(named) if named.count(each) > 1) == []


def test_the_public_list_is_sorted_and_equals_what_can_be_imported() -> None:
    """Each listed name loads, and the type checker sees the same names."""
    package = importlib.import_module("pulumi_timescaledb")
    assert package.__all__ == sorted(package.__all__)
    assert len(package.__all__) == len(set(package.__all__))
    assert all(getattr(package, name) is not None for name in package.__all__)
    assert set(package.__all__) == _type_checked(parsed(PACKAGE / "__init__.py"))
    assert set(package.__all__) <= set(dir(package))
    with pytest.raises(AttributeError):
        package.nothing_of_this_name  # noqa: B018


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("pulumi_timescaledb.provider.converge", ["pulumi_docker", "docker", "typer", "rich"]),
        ("pulumi_timescaledb.environment", ["pulumi_docker", "docker", "pulumi_aws", "boto3"]),
        ("pulumi_timescaledb.hosts.ec2", ["pulumi_docker", "docker", "psycopg", "boto3"]),
        ("pulumi_timescaledb.settings", ["pulumi", "psycopg"]),
        ("pulumi_timescaledb", ["pulumi", "psycopg"]),
    ],
)
def test_importing_a_room_loads_no_package_it_does_not_need(module: str, unwanted: list[str]) -> None:
    """Every preview waits for what the provider imports; a managed target has no Docker package installed."""
    code = f"import sys, {module}; print(*(name for name in {unwanted!r} if name in sys.modules))"
    process = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(PACKAGE.parent), "PATH": ""},
    )
    assert process.stdout.split() == []


def test_the_type_tokens_of_the_components_are_frozen() -> None:
    """They are the first half of every URN."""
    pattern = re.compile(r'"(timescaledb:[a-z0-9]+:[A-Z]\w+)"')
    found = {token for path in sources() for token in pattern.findall(path.read_text(encoding="utf-8"))}
    assert found == FROZEN_COMPONENTS


def test_the_type_tokens_of_the_dynamic_resources_are_frozen() -> None:
    """A class's name and module arguments make the token pulumi-python:dynamic/timescaledb:<name>."""
    found = {}
    for node in (each for path in sources() for each in ast.walk(parsed(path)) if isinstance(each, ast.ClassDef)):
        given = {each.arg: each.value.value for each in node.keywords if isinstance(each.value, ast.Constant)}
        if given.get("module") is not None:
            assert given == {"module": "timescaledb", "name": node.name}
            found[node.name] = given["name"]
    assert set(found) == FROZEN_RESOURCES


def test_the_provider_is_pickled_under_its_frozen_path() -> None:
    """State names the provider by module and class; a state written today must be destroyable by any later version."""
    module, name = FROZEN_PROVIDER
    provider = getattr(importlib.import_module(module), name)
    assert (provider.__module__, provider.__qualname__) == FROZEN_PROVIDER
    assert vars(provider()) == {}


@pytest.mark.parametrize("path", FROZEN_CHILDREN)
def test_the_names_of_children_are_frozen(path: str) -> None:
    """They are the last part of a URN: a renamed child is a replaced one."""
    calls = (node for node in ast.walk(parsed(PACKAGE / path)) if isinstance(node, ast.Call) and node.args)
    named = [call.args[0] for call in calls if ast.unparse(call.func) != "Refusal"]
    found = {_template(name) for name in named if isinstance(name, ast.JoinedStr)}
    assert found == FROZEN_CHILDREN[path]


def test_modules_that_pulumi_inspects_have_real_annotations() -> None:
    """Schema inference reads annotations of components and argument classes; postponed ones break it."""
    inspected = [path for path in sources() if _bases(path) & {"ComponentResource", "TypedDict", "Resource"}]
    assert inspected
    assert [short(path) for path in inspected if "annotations" in _future(path)] == []


def test_modules_are_short() -> None:
    """One concept a module."""
    long = [path for path in sources() if _lines(path) > LONGEST_MODULE]
    long += [path for path in modules_of_tests() if _lines(path) > LONGEST_TEST]
    assert [short(path) for path in long] == []


def test_modules_say_what_they_are_for() -> None:
    """The docstring is the first line of help; an empty __init__.py has nothing to say."""
    silent = [
        path for path in [*sources(), *modules_of_tests()] if _lines(path) and not ast.get_docstring(parsed(path))
    ]
    assert [short(path) for path in silent] == []


def test_public_classes_and_functions_have_docstrings() -> None:
    """Help is read where the cursor stands."""
    silent = [(path, node.name) for path in sources() for node in _public(path) if not ast.get_docstring(node)]
    assert [f"{short(path)}: {name}" for path, name in silent] == []


def test_every_argument_is_explained_where_it_is_declared() -> None:
    """By a text below it, or by name in the text of its class: an editor shows no more."""
    silent = [
        f"{short(path)}: {each.name}.{name}"
        for path in sources()
        for each in _public(path)
        if isinstance(each, ast.ClassDef) and each.name.endswith("Args")
        for name in _unexplained(each)
    ]
    assert silent == []


def test_a_list_of_containers_bears_one_that_goes_meanwhile() -> None:
    """docker-py asks for each listed container by itself, and fails when another run has removed it by then."""
    paths = [path for folder in ("components", "tools", "tests") for path in (ROOT / folder).rglob("*.py")]
    nodes = ((path, node) for path in paths for node in ast.walk(parsed(path)))
    calls = [
        (f"{short(path)}:{node.lineno}", {each.arg for each in node.keywords})
        for path, node in nodes
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("containers.list")
    ]
    assert len(calls) > 5
    assert [place for place, keywords in calls if "ignore_removed" not in keywords] == []


def test_the_program_fits_one_page() -> None:
    """A reader sees the whole system there."""
    lines = (ROOT / "__main__.py").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 60
    assert max(map(len, lines)) <= 120


def test_migrations_are_numbered_without_a_gap() -> None:
    """They run in the order of their names, and a later file must sort last."""
    names = sorted(path.name for path in (ROOT / "migrations").iterdir())
    assert all(re.fullmatch(r"\d{3}_[a-z0-9_]+\.sql", name) for name in names)
    assert [int(name[:3]) for name in names] == list(range(1, len(names) + 1))


@pytest.mark.parametrize("path", sorted((ROOT / "migrations").glob("*.sql")), ids=short)
def test_a_migration_runs_in_one_transaction_and_makes_plain_objects(path: Path) -> None:
    """Hypertables, their indexes, policies and aggregates are declared, so that drift in them is seen."""
    text = re.sub(r"--.*", "", path.read_text(encoding="utf-8"))
    forbidden = r"\b(BEGIN|COMMIT|ROLLBACK|CONCURRENTLY|VACUUM|create_hypertable|add_\w+_policy|MATERIALIZED)\b"
    assert re.findall(forbidden, text, re.IGNORECASE) == []


def _tests(path: Path) -> list[str]:
    """The names of a module's test functions, methods included."""
    functions = (node for node in ast.walk(parsed(path)) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)))
    return [node.name for node in functions if node.name.startswith("test_")]


def _template(name: ast.JoinedStr) -> str:
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in name.values)


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def _bases(path: Path) -> set[str]:
    classes = (node for node in ast.walk(parsed(path)) if isinstance(node, ast.ClassDef))
    return {ast.unparse(base).rpartition(".")[2] for node in classes for base in node.bases}


def _future(path: Path) -> set[str]:
    imports = (node for node in parsed(path).body if isinstance(node, ast.ImportFrom) and node.module == "__future__")
    return {name.name for node in imports for name in node.names}


def _public(path: Path) -> Iterator[ast.ClassDef | ast.FunctionDef]:
    for node in parsed(path).body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)) and not node.name.startswith("_"):
            yield node
        if isinstance(node, ast.ClassDef):
            methods = (each for each in node.body if isinstance(each, ast.FunctionDef))
            yield from (each for each in methods if not each.name.startswith("_"))


def _unexplained(kind: ast.ClassDef) -> Iterator[str]:
    """Arguments of a dictionary's class that neither have a text nor are named in their class's."""
    told = set(re.findall(r"\w+", ast.get_docstring(kind) or ""))
    for node, after in zip(kind.body, [*kind.body[1:], None], strict=True):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            text = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
            if not text and node.target.id not in told:
                yield node.target.id


def _type_checked(tree: ast.Module) -> set[str]:
    """The names imported under TYPE_CHECKING."""
    guarded = [node for node in tree.body if isinstance(node, ast.If)]
    imports = [each for node in guarded for each in node.body if isinstance(each, ast.ImportFrom)]
    return {name.asname or name.name for each in imports for name in each.names}
