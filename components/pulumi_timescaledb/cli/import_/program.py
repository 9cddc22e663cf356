"""The written program: one page of declarations, in the order in which they are made."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from ...database.ddl.item import Left
from .python_text import STEP, WIDTH, Name, block, call, literal, text

PULUMI = """\
name: {project}
description: {description}
runtime:
  name: python
  # both are explicit, because the provider of the database's objects runs in the same environment as the program
  options:
    toolchain: pip
    virtualenv: .venv
options:
  # the database is read before every preview, so that a plain "pulumi preview" shows drift;
  # with the server down, "pulumi destroy --refresh=false" works
  refresh: always
"""
REQUIREMENTS = "pulumi-timescaledb\n"
_IMPORTS = "import pulumi\nimport pulumi_timescaledb as timescaledb\n"


def pulumi_yaml(project: str, database: str) -> str:
    """The project file."""
    shown = json.dumps(f"The database {database}, imported", ensure_ascii=False)  # which is YAML as well
    return PULUMI.format(project=project, description=shown)


def main(
    name: str, connection: Mapping[str, Any], objects: Sequence[Mapping[str, Any]], left: Sequence[Left],
    *, apache_fallback: bool,
) -> str:  # fmt: skip
    """The text of ``__main__.py``; connection: of the managed host, without what goes without saying."""
    constants, written = _constants(objects)
    host = f"host = timescaledb.managed.Database(\n    {text(name)},\n    {literal(connection, STEP, 0, 1)},\n)\n"
    rows = "".join(f"    {_declaration(each)},\n" for each in written)
    arguments = {"connection": Name("host.connection"), "objects": Name("objects")}
    if apache_fallback:
        arguments["apache_fallback"] = Name("True")
    last = call("timescaledb.DatabaseObjects", {"": name, " ": arguments}) + "\n"
    title = _quiet(f"The database {name}, as tsdb import found it.")
    parts = [
        f'"""{title}"""\n',
        _IMPORTS,
        "".join(f"{constant} = {block(query)}\n" for constant, query in constants.items()),
        f'{host}objects = [\n{rows}]\n{last}pulumi.export("database_connection", host.connection)\n',
        _comments(left),
    ]
    return "\n".join(part for part in parts if part)


def _declaration(declaration: Mapping[str, Any]) -> str:
    arguments = {key: value for key, value in declaration.items() if key != "kind"}
    return call(f"timescaledb.{declaration['kind']}", arguments, STEP, 1)


def _constants(objects: Sequence[Mapping[str, Any]]) -> tuple[dict[str, str], list[Mapping[str, Any]]]:
    """Queries as constants above, named after what they make; the declarations with those names in their place."""
    constants: dict[str, str] = {}
    written: list[Mapping[str, Any]] = []
    for each in objects:
        if not isinstance(each.get("query"), str):
            written.append(each)
            continue
        name = _constant(str(each.get("name", "")), constants)
        constants[name] = each["query"]
        written.append({**each, "query": Name(name)})
    return constants, written


def _constant(name: str, taken: Mapping[str, str]) -> str:
    """A name for a constant: ASCII, in capitals, and not taken."""
    ascii_ = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = re.sub(r"\W+", "_", ascii_).strip("_").upper() or "QUERY"
    base = f"QUERY_{words}" if words[0].isdigit() else words
    return next(each for each in (base, *(f"{base}_{n}" for n in range(2, len(taken) + 3))) if each not in taken)


def _comments(left: Sequence[Left]) -> str:
    """What the program does not hold, at its end."""
    if not left:
        return ""
    rows = ["# In the database and not in this program:"]
    for each in left:
        rows += _folded(f"{each.name}: {each.reason}")
    return "\n".join(rows) + "\n"


def _folded(sentence: str) -> list[str]:
    rows, row = [], "# -"
    for word in sentence.split():
        if len(row) + 1 + len(word) > WIDTH and row.strip("# -"):
            rows.append(row)
            row = "#  "
        row += f" {word}"
    return [*rows, row]


def _quiet(sentence: str) -> str:
    """A sentence that can stand in a docstring."""
    return sentence.replace("\\", "/").replace('"', "'")
