"""Every wrong value of the table ends the first preview with one sentence: argument, what is wrong, what to do.

Not proved here: how the console shows it and that nothing is made (tests/engine/aws, for some of the rows), and that
AWS would refuse the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import pulumi
import pytest
from pulumi_timescaledb.backup import Archive, Vault

from tests.mocks import test_backup, test_ec2_database, test_watch
from tests.mocks.test_lighthouse_aws import place, stack
from tests.mocks.wrong import WRONG, Wrong
from tests.unit.backup.test_rules import ARCHIVE, VAULT
from tests.unit.watch.hosts import SPOT

__all__ = ["place"]
SENTENCE = re.compile(r"[^;\n]+; [^\n]+")


def declared(changes: Mapping[str, Any], of: str) -> None:
    """A first preview of the right declaration with the changes."""
    preview: Mapping[str, Callable[[], object]] = {
        "stack": lambda: stack("dev", preview=True, **changes),
        "database": lambda: test_ec2_database.graph({**test_ec2_database.DEV, **changes}, preview=True),
        "vault": lambda: test_backup.graph(Vault, VAULT, preview=True, **changes),
        "archive": lambda: test_backup.graph(Archive, ARCHIVE, preview=True, **changes),
        "alarms": lambda: test_watch.run(test_watch.alarms(SPOT, **changes), preview=True),
    }
    preview[of]()


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_a_wrong_value_is_refused_with_its_remedy(wrong: Wrong) -> None:
    """The sentence begins with the argument and ends with what to do."""
    with pytest.raises(pulumi.RunError) as refused:
        declared(wrong.changes, wrong.of)
    said = str(refused.value)
    assert SENTENCE.fullmatch(said)
    assert said.startswith(f"{wrong.argument} ")
    assert said.partition("; ")[2].startswith(wrong.remedy)


@pytest.mark.parametrize("of", sorted({each.of for each in WRONG}))
def test_what_is_made_wrong_is_right(of: str) -> None:
    """Otherwise every row would be refused for the same reason."""
    declared({}, of)


def test_no_mistake_stands_in_the_table_twice() -> None:
    """What the table holds are as many mistakes as it has rows."""
    assert len({(each.of, str(each.changes)) for each in WRONG}) == len(WRONG)
