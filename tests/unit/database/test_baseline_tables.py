"""Which tables a script makes, read from its text: statements count, and what only looks like one does not."""

from __future__ import annotations

import pytest
from pulumi_timescaledb.database.declared import read
from pulumi_timescaledb.database.kinds.migrations.baseline import tables
from pulumi_timescaledb.errors import Refusal

FILES = {"001_a.sql": "aa", "002_b.sql": "bb"}


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("CREATE TABLE users (id int);", ["public.users"]),
        ("create  table\n if not exists App.Users (id int)", ["app.users"]),
        ('CREATE UNLOGGED TABLE "App"."Us""ers" ()', ['"App"."Us""ers"']),
        ('CREATE TABLE public.t (); CREATE TABLE t (); CREATE TABLE "T" ()', ["public.t", 'public."T"']),
        ("CREATE TABLE données.clé PARTITION OF x DEFAULT", ['"données"."clé"']),
        ('CREATE TABLE "a.b" . "c -- d" (x text DEFAULT $$CREATE TABLE no ()$$)', ['"a.b"."c -- d"']),
        ("-- CREATE TABLE no ()\n/* CREATE TABLE no () */ CREATE TABLE yes ()", ["public.yes"]),
        ("CREATE FUNCTION f() AS $body$ CREATE TABLE no () $body$; CREATE TABLE yes ()", ["public.yes"]),
        ("CREATE FUNCTION f() AS 'CREATE TABLE no () -- '' '; CREATE TABLE yes ()", ["public.yes"]),
        (r"SELECT E'\' CREATE TABLE no ()'; CREATE TABLE yes ()", ["public.yes"]),
        ("CREATE TEMP TABLE no (); CREATE TEMPORARY TABLE no ()", []),
        ("CREATE VIEW no AS SELECT 1; ALTER TABLE no ADD x int; DROP TABLE no", []),
        ("", []),
    ],
)
def test_tables_are_read_from_statements_alone(script: str, found: list[str]) -> None:
    assert list(tables(script)) == found


def declare(**arguments: object) -> None:
    """Parse migrations with these arguments."""
    read({"kind": "migrations", "directory": "m", "files": FILES, "makes": ["public.a"], **arguments})


def test_a_baseline_is_the_first_file_and_makes_tables() -> None:
    declare(baseline="001_a.sql")
    for arguments, words in (
        ({"baseline": "002_b.sql"}, "first file"),
        ({"baseline": "003_c.sql"}, "first file"),
        ({"baseline": ""}, "baseline is empty"),
        ({"baseline": "001_a.sql", "makes": []}, "CREATE TABLE"),
        ({"baseline": "001_a.sql", "makes": [1]}, "read from the baseline"),
    ):
        with pytest.raises(Refusal, match=words):
            declare(**arguments)
