"""Every rule of the pack run by the engine, on a stack that it refuses and on the same stack made right.

The two stacks differ, for each rule, in the one property that the rule is about. A plain run takes the right stack,
four drawn rules and one drawn claim about a whole report, `make aws` all. Not proved here: types that the stand-in for
AWS lacks (snapshot copies, old security group rules), the official plugins, and rules during an update, which the
engine runs over the same inputs.
"""

from __future__ import annotations

import pytest
from timescaledb_policy.rule import ResourceRule
from timescaledb_policy.rules import RULES

from tests.engine.aws.policy.conftest import Pack, named
from tests.support.fix_local import Completed

OPTIONS = {"encrypted-backups": {"customer_key": True}, "monthly-budget": {"usd_per_month": 5000}}
STRICT = {
    "monthly-budget": {"usd_per_month": 100, "enforcementLevel": "advisory"},
    "encrypted-connection": "advisory",
}
"""Of the stack that is wrong as a whole; two rules of it are made advisory by configuration alone."""
# rules whose resource cannot bear their name
ELSEWHERE = {
    "monthly-budget": "stand-in-dev",
    "no-grant-to-public": "inside-public on table public.rows",
    "no-unlimited-role": "inside-no-unlimited-role",
    "retention-floor": 'inside-public."retention-floor"',
}
WANTED = {rule.name: (rule.name, ELSEWHERE.get(rule.name, rule.name)) for rule in RULES}
OVER_RESOURCES = {rule.name for rule in RULES if isinstance(rule, ResourceRule)}
OVER_STACKS = {rule.name for rule in RULES} - OVER_RESOURCES
RULE = pytest.mark.sample("aws", of="rules", count=4)
REPORTS = pytest.mark.sample("aws", of="reports")


class Previews(dict[str, Completed]):
    """One preview of each kind of stack, made when somebody looks at it."""

    def __init__(self, pack: Pack) -> None:
        super().__init__()
        self.pack = pack

    def __missing__(self, wrong: str) -> Completed:
        self[wrong] = self.pack.preview(wrong, {**OPTIONS, **STRICT} if wrong == "stack" else OPTIONS)
        return self[wrong]


@pytest.fixture(scope="module")
def previews(pack: Pack) -> Previews:
    """Shared by the tests of this module."""
    return Previews(pack)


def test_a_right_stack_with_the_librarys_own_components_passes_every_rule(previews: Previews) -> None:
    assert previews["none"].rc == 0, previews["none"].output
    assert named(previews["none"]) == {}
    # the pack was there, and passed
    assert "✅ timescaledb@v" in previews["none"].output


@RULE
@pytest.mark.parametrize("rule", sorted(OVER_RESOURCES))
def test_a_rule_over_one_resource_names_the_one_that_is_wrong(previews: Previews, rule: str) -> None:
    assert [each for each in named(previews["resources"]) if each[0] == rule] == [WANTED[rule]]


@RULE
@pytest.mark.parametrize("rule", sorted(OVER_STACKS))
def test_a_rule_over_the_stack_names_the_one_that_is_wrong(previews: Previews, rule: str) -> None:
    assert [each for each in named(previews["stack"]) if each[0] == rule] == [WANTED[rule]]


@REPORTS
@pytest.mark.parametrize("wrong", ["resources", "stack", "output"])
def test_a_wrong_stack_fails_the_preview(previews: Previews, wrong: str) -> None:
    assert previews[wrong].rc != 0, previews[wrong].output


@REPORTS
def test_nothing_but_what_is_wrong_is_named(previews: Previews) -> None:
    """A rule that also spoke of what is right would hide in the tests above."""
    assert {rule for rule, _ in named(previews["resources"])} == OVER_RESOURCES
    assert {rule for rule, _ in named(previews["stack"])} == OVER_STACKS


@REPORTS
def test_levels_are_the_rules_own_unless_the_configuration_says_otherwise(previews: Previews) -> None:
    found = {**named(previews["resources"]), **named(previews["stack"])}
    wanted = {WANTED[rule.name]: rule.level.value for rule in RULES}
    assert found == {**wanted, **{WANTED[name]: "advisory" for name in STRICT}}


@REPORTS
def test_the_budget_counts_resources_and_the_stacks_own_estimate(previews: Previews) -> None:
    """The dearer of the two is held against the figure."""
    assert "dollars a month by its resources at list price, and 100 are allowed" in previews["stack"].output
    assert list(named(previews["output"])) == [WANTED["monthly-budget"]]
    said = "costs 9000.00 dollars a month by its output estimated_monthly_cost, and 5000 are allowed"
    assert said in previews["output"].output


@REPORTS
def test_no_report_repeats_a_password(previews: Previews) -> None:
    """The program's passwords are all the same word."""
    assert not any("hunter2" in previews[wrong].output for wrong in ("none", "resources", "stack", "output"))
