"""Fixtures for all tests: every module `tests/support/fix_*.py` is a plugin."""

from pathlib import Path

pytest_plugins = [f"tests.support.{path.stem}" for path in sorted((Path(__file__).parent / "support").glob("fix_*.py"))]
