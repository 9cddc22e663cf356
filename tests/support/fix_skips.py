"""What did not run, with the reason; in CI only the Community edition may be missing, anything else fails the run.

What another target of `make` runs whole, and this run took a sample of, is listed too and fails nothing.
"""

from __future__ import annotations

import os
from collections import Counter

import pytest

from . import fix_samples

ALLOWED = "Community edition"
"""Words in a reason that CI accepts: no package registry offers that edition."""


def reasons(reports: list[pytest.TestReport]) -> Counter[str]:
    """How many tests were skipped for each reason."""
    found: Counter[str] = Counter()
    for report in reports:
        place = report.longrepr
        text = str(place[2] if isinstance(place, tuple) else place)
        found[text.removeprefix("Skipped: ")] += 1
    return found


def refused(found: Counter[str]) -> list[str]:
    """The reasons that CI does not accept."""
    return sorted(text for text in found if ALLOWED not in text)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a CI run in which something else than the Community edition was missing."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") != "true" or reporter is None or session.exitstatus != pytest.ExitCode.OK:
        return
    if refused(reasons(reporter.stats.get("skipped", []))):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List what was not run."""
    found = reasons(terminalreporter.stats.get("skipped", []))
    drawn = fix_samples.lines(terminalreporter.config)
    if not found and not drawn:
        return
    terminalreporter.section("not run")
    for text, count in sorted(found.items()):
        terminalreporter.write_line(f"{count} {'test' if count == 1 else 'tests'}: {text}")
    for line in drawn:
        terminalreporter.write_line(line)
    if os.environ.get("CI") == "true" and refused(found):
        terminalreporter.write_line("In CI only the Community edition may be missing: this run fails.", red=True)
