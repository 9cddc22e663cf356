"""A program whose declarations are data, so that a test can say what it declares without writing a program."""

import json
from pathlib import Path

import pulumi_timescaledb as timescaledb

settings = json.loads(Path("declared.json").read_text(encoding="utf-8"))
timescaledb.DatabaseObjects("tests", settings)
